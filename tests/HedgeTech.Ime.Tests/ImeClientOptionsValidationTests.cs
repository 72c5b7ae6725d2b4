using System.Net.Sockets;
using System.Security.Authentication;

namespace HedgeTech.Ime.Tests;

public sealed class ImeClientOptionsValidationTests
{
    private const string Secret = "s3cret-Value";

    /// <summary>The option, the value as the message must show it, the limit as the message must show it, and the change that makes the option invalid.</summary>
    public static TheoryData<string, string, string, Action<ImeClientOptions>> WrongOptions => new()
    {
        { "BaseAddress", "null", "absolute https", static o => o.BaseAddress = null! },
        { "BaseAddress", "relative", "absolute https", static o => o.BaseAddress = new Uri("core.hedgetech.ir", UriKind.Relative) },
        { "BaseAddress", "another scheme", "absolute https", static o => o.BaseAddress = new Uri("wss://core.hedgetech.ir") },
        { "BaseAddress", "another scheme", "absolute https", static o => o.BaseAddress = new Uri($"user:{Secret}@core.hedgetech.ir") },
        { "BaseAddress", "http://core.hedgetech.ir/", "must be https", static o => o.BaseAddress = new Uri("http://core.hedgetech.ir") },
        { "BaseAddress", "http://10.0.0.1/", "must be https", static o => o.BaseAddress = new Uri("http://10.0.0.1") },
        { "BaseAddress", "http://localhost.example.test/", "must be https", static o => o.BaseAddress = new Uri("http://localhost.example.test") },
        { "BaseAddress", "https://host/", "user name or password", static o => o.BaseAddress = new Uri($"https://user:{Secret}@host") },
        { "BaseAddress", "https://host/", "query or fragment", static o => o.BaseAddress = new Uri($"https://host/?token={Secret}") },
        { "BaseAddress", "https://host/", "query or fragment", static o => o.BaseAddress = new Uri($"https://host/#{Secret}") },
        { "Username", "null or blank", "needs both", static o => o.Username = null },
        { "Username", "null or blank", "needs both", static o => o.Username = " " },
        { "Password", "null or blank", "needs both", static o => o.Password = null },
        { "Password", "null or blank", "needs both", static o => o.Password = " " },
        { "AccessToken", "empty", "visible ASCII", static o => WithToken(o, "") },
        { "AccessToken", "not shown", "visible ASCII", static o => WithToken(o, $"Bearer {Secret}") },
        { "AccessToken", "not shown", "visible ASCII", static o => WithToken(o, $"{Secret}\r\nX: y") },
        { "AccessToken", "not shown", "visible ASCII", static o => WithToken(o, $"{Secret}\u06cc") },
        { "AccessToken", "not shown", "visible ASCII", static o => WithToken(o, $"{Secret}\u007f") },
        { "TimestampOffset", "14:01:00", "+14:00", static o => o.TimestampOffset = new TimeSpan(14, 1, 0) },
        { "TimestampOffset", "-14:01:00", "-14:00", static o => o.TimestampOffset = -new TimeSpan(14, 1, 0) },
        { "TimestampOffset", "03:30:30", "whole minutes", static o => o.TimestampOffset = new TimeSpan(3, 30, 30) },
        { "Authentication.TokenPath", "null", "start with a single '/'", static o => o.Authentication.TokenPath = null! },
        { "Authentication.TokenPath", "''", "start with a single '/'", static o => o.Authentication.TokenPath = "" },
        { "Authentication.TokenPath", "'token'", "start with a single '/'", static o => o.Authentication.TokenPath = "token" },
        { "Authentication.TokenPath", "'//evil.test/token'", "start with a single '/'", static o => o.Authentication.TokenPath = "//evil.test/token" },
        { "Authentication.TokenPath", "'/\\evil.test'", "without", static o => o.Authentication.TokenPath = "/\\evil.test" },
        { "Authentication.TokenPath", "'/token?a=b'", "without '?'", static o => o.Authentication.TokenPath = "/token?a=b" },
        { "Authentication.TokenPath", "'/token#a'", "without '?', '#'", static o => o.Authentication.TokenPath = "/token#a" },
        { "Authentication.UsernameField", "empty", "whitespace", static o => o.Authentication.UsernameField = " " },
        { "Authentication.UsernameField", "null", "null", static o => o.Authentication.UsernameField = null! },
        { "Authentication.PasswordField", "empty", "whitespace", static o => o.Authentication.PasswordField = "" },
        { "Authentication.PasswordField", "'username'", "differ from UsernameField", static o => o.Authentication.PasswordField = "username" },
        { "Authentication.AuthorizationScheme", "''", "one word", static o => o.Authentication.AuthorizationScheme = "" },
        { "Authentication.AuthorizationScheme", "'Bearer '", "one word", static o => o.Authentication.AuthorizationScheme = "Bearer " },
        { "Authentication.AuthorizationScheme", "'a:b'", "one word", static o => o.Authentication.AuthorizationScheme = "a:b" },
        { "Authentication.Timeout", "00:00:00", "00:00:00.001", static o => o.Authentication.Timeout = TimeSpan.Zero },
        { "Authentication.Timeout", "1.00:00:00.0000001", "1.00:00:00", static o => o.Authentication.Timeout = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) },
        { "Authentication.RenewBefore", "-00:00:00.0000001", "00:00:00", static o => o.Authentication.RenewBefore = TimeSpan.FromTicks(-1) },
        { "Authentication.RenewBefore", "1.00:00:00.0000001", "1.00:00:00", static o => o.Authentication.RenewBefore = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) },
        { "Connection.NamePath", "'name'", "start with a single '/'", static o => o.Connection.NamePath = "name" },
        { "Connection.IdPath", "'/a b'", "visible ASCII", static o => o.Connection.IdPath = "/a b" },
        { "Connection.NameParameter", "empty", "whitespace", static o => o.Connection.NameParameter = "" },
        { "Connection.IdParameter", "empty", "whitespace", static o => o.Connection.IdParameter = "\t" },
        { "Connection.UserAgent", "empty", "whitespace", static o => o.Connection.UserAgent = "" },
        { "Connection.UserAgent", "'a\nb'", "visible ASCII", static o => o.Connection.UserAgent = "a\nb" },
        { "Connection.UserAgent", "' a'", "between words only", static o => o.Connection.UserAgent = " a" },
        { "Connection.UserAgent", "'\u0633'", "visible ASCII", static o => o.Connection.UserAgent = "\u0633" },
        { "Connection.ConnectTimeout", "-00:00:00.0010000", "00:00:00.001", static o => o.Connection.ConnectTimeout = Timeout.InfiniteTimeSpan },
        { "Connection.ConnectTimeout", "2.00:00:00", "1.00:00:00", static o => o.Connection.ConnectTimeout = TimeSpan.FromDays(2) },
        { "Connection.KeepAliveInterval", "00:00:00", "00:00:00.001", static o => o.Connection.KeepAliveInterval = TimeSpan.Zero },
        { "Connection.KeepAliveInterval", "2.00:00:00", "1.00:00:00", static o => o.Connection.KeepAliveInterval = TimeSpan.FromDays(2) },
        { "Connection.KeepAliveTimeout", "-00:00:00.0010000", "00:00:00.001", static o => o.Connection.KeepAliveTimeout = Timeout.InfiniteTimeSpan },
        { "Connection.KeepAliveTimeout", "2.00:00:00", "1.00:00:00", static o => o.Connection.KeepAliveTimeout = TimeSpan.FromDays(2) },
        { "Connection.MaxMessageBytes", "0", "1", static o => o.Connection.MaxMessageBytes = 0 },
        { "Connection.MaxMessageBytes", "1073741825", "1073741824", static o => o.Connection.MaxMessageBytes = 1024 * 1024 * 1024 + 1 },
        { "Connection.MaxRequestLineBytes", "0", "1", static o => o.Connection.MaxRequestLineBytes = 0 },
        { "Connection.MaxContractsPerConnection", "0", "1", static o => o.Connection.MaxContractsPerConnection = 0 },
        { "Connection.AddressFamily", "Unix", "InterNetworkV6", static o => o.Connection.AddressFamily = AddressFamily.Unix },
        { "Connection.SslProtocols", "1", "Tls13", static o => o.Connection.SslProtocols = (SslProtocols)1 },
        { "Reconnect.InitialDelay", "00:00:00", "00:00:00.001", static o => o.Reconnect.InitialDelay = TimeSpan.Zero },
        { "Reconnect.InitialDelay", "00:00:31", "00:00:30", static o => o.Reconnect.InitialDelay = TimeSpan.FromSeconds(31) },
        { "Reconnect.MaxDelay", "1.00:00:01", "1.00:00:00", static o => o.Reconnect.MaxDelay = new TimeSpan(1, 0, 0, 1) },
        { "Reconnect.MaxDelay", "00:00:00", "00:00:00.001", static o => o.Reconnect.MaxDelay = TimeSpan.Zero },
        { "Reconnect.HealthyAfter", "00:00:00", "00:00:00.001", static o => o.Reconnect.HealthyAfter = TimeSpan.Zero },
        { "Reconnect.HealthyAfter", "2.00:00:00", "1.00:00:00", static o => o.Reconnect.HealthyAfter = TimeSpan.FromDays(2) },
        { "Reconnect.RefusedFor", "-00:00:01", "00:00:00", static o => o.Reconnect.RefusedFor = TimeSpan.FromSeconds(-1) },
        { "Reconnect.RefusedFor", "2.00:00:00", "1.00:00:00", static o => o.Reconnect.RefusedFor = TimeSpan.FromDays(2) },
        { "Reconnect.MaxAttempts", "0", "1", static o => o.Reconnect.MaxAttempts = 0 },
        { "Feed.Delivery", "7", "LatestPerContract", static o => o.Feed.Delivery = (FeedDelivery)7 },
        { "Feed.Overflow", "-1", "DropOldest", static o => o.Feed.Overflow = (FeedOverflow)(-1) },
        { "Feed.Redundancy", "0", "1", static o => o.Feed.Redundancy = 0 },
        { "Feed.Redundancy", "5", "4", static o => o.Feed.Redundancy = 5 },
        { "Feed.SilenceTimeout", "00:00:00", "1 ms", static o => o.Feed.SilenceTimeout = TimeSpan.Zero },
        { "Feed.SilenceTimeout", "2.00:00:00", "1 day", static o => o.Feed.SilenceTimeout = TimeSpan.FromDays(2) },
        { "Feed.Capacity", "0", "1", static o => o.Feed.Capacity = 0 },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named_with_its_value_and_its_limit(string option, string value, string bound, Action<ImeClientOptions> change)
    {
        ImeClientOptions options = Valid();
        change(options);

        ArgumentException thrown = Invoke(options).Should().Throw<ArgumentException>().Which;

        thrown.Message.Should().Contain($"ImeClientOptions.{option}").And.Contain(value).And.Contain(bound);
        thrown.ToString().Should().NotContain(Secret);
    }

    [Theory]
    [InlineData(false, false, false, "none")]
    [InlineData(true, true, false, "Username, Password, AccessToken")]
    [InlineData(true, false, true, "Username, Password, CredentialsProvider")]
    [InlineData(false, true, true, "AccessToken, CredentialsProvider")]
    [InlineData(true, true, true, "Username, Password, AccessToken, CredentialsProvider")]
    public void Exactly_one_way_to_log_in_is_required(bool password, bool token, bool provider, string given)
    {
        ImeClientOptions options = new()
        {
            Username = password ? "user" : null,
            Password = password ? Secret : null,
            AccessToken = token ? Secret : null,
            CredentialsProvider = provider ? static _ => ValueTask.FromResult(new ImeCredentials("user", Secret)) : null,
        };

        ArgumentException thrown = Invoke(options).Should().Throw<ArgumentException>().Which;

        thrown.Message.Should().Contain("exactly one of").And.Contain($"It has: {given}.").And.NotContain(Secret);
        thrown.Message.Contains("environment variable", StringComparison.Ordinal).Should().Be(given == "none");
    }

    [Theory]
    [InlineData("https://core.hedgetech.ir")]
    [InlineData("https://gateway.example.test:8443/prefix/of/ours/")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://LOCALHOST")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.9.8.7:1234/prefix")]
    [InlineData("http://[::1]:8080")]
    public void An_https_or_loopback_address_is_accepted_unchanged(string address)
    {
        ImeClientOptions options = Valid();
        options.BaseAddress = new Uri(address);

        options.CopyAndValidate().BaseAddress.Should().Be(new Uri(address));
    }

    [Fact]
    public void The_limits_of_every_option_are_valid_values()
    {
        ImeClientOptions options = Valid();
        options.TimestampOffset = TimeSpan.FromHours(-14);
        options.Authentication.Timeout = TimeSpan.FromMilliseconds(1);
        options.Authentication.RenewBefore = TimeSpan.Zero;
        options.Authentication.AuthorizationScheme = "Bearer";
        options.Connection.ConnectTimeout = TimeSpan.FromDays(1);
        options.Connection.KeepAliveInterval = TimeSpan.FromMilliseconds(1);
        options.Connection.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Connection.MaxMessageBytes = 1024 * 1024 * 1024;
        options.Connection.MaxRequestLineBytes = 1;
        options.Connection.MaxContractsPerConnection = 1;
        options.Connection.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.Connection.AddressFamily = AddressFamily.InterNetworkV6;
        options.Reconnect.InitialDelay = options.Reconnect.MaxDelay = TimeSpan.FromDays(1);
        options.Reconnect.MaxAttempts = 1;
        options.Feed.Capacity = 1;

        Invoke(options).Should().NotThrow();
    }

    [Fact]
    public void Invalid_feed_options_are_named_without_the_path_of_the_client()
    {
        Action copy = static () => new FeedOptions { Capacity = -5 }.CopyAndValidate();

        copy.Should().Throw<ArgumentException>().WithMessage("FeedOptions.Capacity*-5*");
    }

    private static Func<ImeClientOptions> Invoke(ImeClientOptions options) => options.CopyAndValidate;

    private static ImeClientOptions Valid() => new() { Username = "user", Password = Secret };

    private static void WithToken(ImeClientOptions options, string token)
    {
        options.Username = null;
        options.Password = null;
        options.AccessToken = token;
    }
}
