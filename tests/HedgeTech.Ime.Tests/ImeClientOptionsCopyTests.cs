using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;

namespace HedgeTech.Ime.Tests;

public sealed class ImeClientOptionsCopyTests
{
    private const string Secret = "s3cret-Value";

    [Fact]
    public void A_copy_has_the_value_of_every_option()
    {
        ImeClientOptions options = WithNothingAtItsDefault();

        ImeClientOptions copy = options.CopyAndValidate();

        foreach ((PropertyInfo property, object? original, object? copied) in Pairs(options, copy))
        {
            copied.Should().Be(original, "{0}.{1} is an option", property.DeclaringType!.Name, property.Name);
        }
    }

    [Fact]
    public void The_options_used_in_copy_tests_differ_from_every_default()
    {
        // An option at its default would hide that the copy omits it.
        foreach ((PropertyInfo property, object? changed, object? initial) in Pairs(WithNothingAtItsDefault(), new ImeClientOptions()))
        {
            if (property.Name is not (nameof(ImeClientOptions.AccessToken) or nameof(ImeClientOptions.CredentialsProvider)))
            {
                changed.Should().NotBe(initial, "{0} is set", property.Name);
            }
        }
    }

    [Fact]
    public void A_copy_has_the_access_token()
    {
        new ImeClientOptions { AccessToken = Secret }.CopyAndValidate().AccessToken.Should().Be(Secret);
    }

    [Fact]
    public void A_copy_has_the_credentials_provider()
    {
        Func<CancellationToken, ValueTask<ImeCredentials>> provider = static _ => ValueTask.FromResult(new ImeCredentials("user", Secret));

        new ImeClientOptions { CredentialsProvider = provider }.CopyAndValidate().CredentialsProvider.Should().BeSameAs(provider);
    }

    [Fact]
    public void A_later_change_of_the_original_does_not_affect_the_copy()
    {
        ImeClientOptions options = new() { Username = "user", Password = Secret };
        ImeClientOptions copy = options.CopyAndValidate();

        options.Username = "other";
        options.TimestampOffset = TimeSpan.Zero;
        options.Authentication.UsernameField = "other";
        options.Connection.MaxMessageBytes = 7;
        options.Reconnect.MaxAttempts = 7;
        options.Feed.Capacity = 7;

        copy.Should().BeEquivalentTo(new ImeClientOptions { Username = "user", Password = Secret });
    }

    [Fact]
    public void The_options_of_a_feed_are_copied_too()
    {
        FeedOptions options = new() { Capacity = 5, KeepFrames = true };
        FeedOptions copy = options.CopyAndValidate();

        options.Capacity = 6;

        copy.Should().BeEquivalentTo(new FeedOptions { Capacity = 5, KeepFrames = true });
    }

    [Fact]
    public void The_list_of_sinks_is_copied_and_the_sinks_are_not()
    {
        ImeClientOptions options = new() { Username = "user", Password = Secret };
        SilentSink sink = new();
        options.Feed.Sinks.Add(sink);

        ImeClientOptions copy = options.CopyAndValidate();
        options.Feed.Sinks.Add(new SilentSink());

        copy.Feed.Sinks.Should().ContainSingle().Which.Should().BeSameAs(sink);
    }

    [Fact]
    public void A_sink_that_is_null_or_added_twice_is_refused()
    {
        SilentSink sink = new();
        FeedOptions twice = new() { Sinks = { sink, new SilentSink(), sink } };
        FeedOptions none = new() { Sinks = { null! } };

        twice.Invoking(static options => options.CopyAndValidate()).Should().Throw<ArgumentException>().WithMessage("FeedOptions.Sinks has the same sink twice*");
        none.Invoking(static options => options.CopyAndValidate()).Should().Throw<ArgumentException>().WithMessage("FeedOptions.Sinks*null*");
    }

    [Fact]
    public void Neither_ToString_nor_the_debugger_shows_a_secret()
    {
        ImeClientOptions[] all =
        [
            new() { Username = "user", Password = Secret },
            new() { AccessToken = Secret },
            new() { BaseAddress = new Uri($"https://user:{Secret}@host/?token={Secret}#{Secret}") },
            new() { BaseAddress = new Uri($"user:{Secret}@host", UriKind.RelativeOrAbsolute) },
        ];

        foreach (ImeClientOptions options in all)
        {
            options.ToString().Should().NotContain(Secret);
            DebuggerDisplay(options).Should().NotContain(Secret);
            foreach (PropertyInfo property in typeof(ImeClientOptions).GetProperties().Where(static property => property.Name != nameof(ImeClientOptions.BaseAddress)))
            {
                bool isHidden = property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State == DebuggerBrowsableState.Never;
                bool holdsSecret = property.GetValue(options) is string text && text.Contains(Secret, StringComparison.Ordinal);
                (holdsSecret && !isHidden).Should().BeFalse("{0} would show in the debugger", property.Name);
            }
        }
    }

    [Fact]
    public void The_debugger_shows_the_address_and_the_user_name()
    {
        DebuggerDisplay(new ImeClientOptions { Username = "user", Password = Secret }).Should().Be("https://core.hedgetech.ir/, user (secrets not shown)");
        DebuggerDisplay(new ImeClientOptions { BaseAddress = null! }).Should().Be("null, no user name (secrets not shown)");
    }

    private static string DebuggerDisplay(ImeClientOptions options)
    {
        typeof(ImeClientOptions).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value.Should().Be("{ToString(),nq}");
        return options.ToString();
    }

    private static IEnumerable<(PropertyInfo Property, object? First, object? Second)> Pairs(ImeClientOptions first, ImeClientOptions second)
    {
        (object First, object Second)[] owners =
        [
            (first, second),
            (first.Authentication, second.Authentication),
            (first.Connection, second.Connection),
            (first.Reconnect, second.Reconnect),
            (first.Feed, second.Feed),
        ];
        return from owner in owners
               from property in owner.First.GetType().GetProperties()
               where property.CanWrite
               select (property, property.GetValue(owner.First), property.GetValue(owner.Second));
    }

    private static ImeClientOptions WithNothingAtItsDefault()
    {
        ImeClientOptions options = new()
        {
            BaseAddress = new Uri("https://example.test/prefix"),
            Username = "user",
            Password = Secret,
            TimestampOffset = TimeSpan.FromHours(-1),
        };
        options.Authentication.TokenPath = "/token";
        options.Authentication.UsernameField = "UserName_or_Email";
        options.Authentication.PasswordField = "Password";
        options.Authentication.AuthorizationScheme = "Bearer";
        options.Authentication.Timeout = TimeSpan.FromSeconds(1);
        options.Authentication.RenewBefore = TimeSpan.Zero;
        options.Authentication.RotateConnections = false;
        options.Connection.NamePath = "/name";
        options.Connection.IdPath = "/id";
        options.Connection.NameParameter = "contract_name";
        options.Connection.IdParameter = "id";
        options.Connection.UserAgent = "test";
        options.Connection.ConnectTimeout = TimeSpan.FromSeconds(1);
        options.Connection.KeepAliveInterval = TimeSpan.FromSeconds(2);
        options.Connection.DedicatedThreads = false;
        options.Connection.OfferCompression = true;
        options.Connection.KeepAliveTimeout = TimeSpan.FromSeconds(3);
        options.Connection.MaxMessageBytes = 1;
        options.Connection.MaxRequestLineBytes = 1;
        options.Connection.MaxContractsPerConnection = 1;
        options.Connection.AddressFamily = AddressFamily.InterNetwork;
        options.Connection.Proxy = new WebProxy();
        options.Connection.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.Connection.ServerCertificateValidation = static (_, _, _, errors) => errors == SslPolicyErrors.None;
        options.Reconnect.InitialDelay = TimeSpan.FromMilliseconds(1);
        options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(1);
        options.Reconnect.HealthyAfter = TimeSpan.FromDays(1);
        options.Reconnect.RefusedFor = TimeSpan.Zero;
        options.Reconnect.MaxAttempts = 1;
        options.Feed.Delivery = FeedDelivery.LatestPerContract;
        options.Feed.Capacity = 1;
        options.Feed.Overflow = FeedOverflow.Wait;
        options.Feed.SilenceTimeout = Timeout.InfiniteTimeSpan;
        options.Feed.Redundancy = 2;
        options.Feed.ProbeRefusals = false;
        options.Feed.TradingHours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(17, 0));
        options.Feed.KeepFrames = true;
        return options;
    }

    private sealed class SilentSink : IFeedSink
    {
        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
        {
        }

        public void OnEvent(FeedEvent feedEvent)
        {
        }
    }
}
