using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using HedgeTech.Ime.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Tests.DependencyInjection;

/// <summary>Options are read from a configuration, and an invalid value is reported with its key in the configuration.</summary>
public sealed class ConfigurationTests
{
    private const string Secret = "s3cret-Value";

    /// <summary>The options that text cannot set.</summary>
    private static readonly string[] NotText = ["CredentialsProvider", "Connection:Proxy", "Connection:ServerCertificateValidation", "Feed:Sinks"];

    [Fact]
    public void Every_option_that_text_can_set_is_bound()
    {
        foreach ((string key, object owner, PropertyInfo property) in Options(new ImeClientOptions()))
        {
            if (NotText.Contains(key))
            {
                continue;
            }

            object changed = Changed(property, property.GetValue(owner));
            Dictionary<string, string?> settings = key == "AccessToken" ? [] : new() { ["Username"] = "user", ["Password"] = Secret };
            settings[key] = changed is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : changed.ToString();

            (_, object bound, _) = Options(Resolve(settings)).Single(option => option.Key == key);

            property.GetValue(bound)!.ToString().Should().Be(changed.ToString(), "{0} is set", key);
        }
    }

    [Fact]
    public void An_option_that_is_not_set_keeps_its_default()
    {
        ImeClientOptions bound = Resolve(new Dictionary<string, string?> { ["Username"] = "user", ["Password"] = Secret });

        bound.Reconnect.MaxDelay.Should().Be(new ReconnectOptions().MaxDelay);
        bound.BaseAddress.Should().Be(new ImeClientOptions().BaseAddress);
        bound.Feed.TradingHours.Should().BeNull();
    }

    [Theory]
    [InlineData("BaseAddress", "wss://core.hedgetech.ir", "another scheme", "absolute https")]
    [InlineData("BaseAddress", $"https://user:{Secret}@host", "https://host/", "user name or password")]
    [InlineData("BaseAddress", $"https://user:{Secret}@host:99999999", "not an address", "absolute https")]
    [InlineData("Username", " ", "null or blank", "needs both")]
    [InlineData("Password", " ", "null or blank", "needs both")]
    [InlineData("AccessToken", $"Bearer {Secret}", "It has: Username, Password, AccessToken", "exactly one of")]
    [InlineData("TimestampOffset", "15:00", "15:00:00", "-14:00 to +14:00")]
    [InlineData("Authentication:TokenPath", "token", "'token'", "start with a single '/'")]
    [InlineData("Authentication:UsernameField", " ", "empty", "white")]
    [InlineData("Authentication:PasswordField", "username", "'username'", "differ from UsernameField")]
    [InlineData("Authentication:AuthorizationScheme", "a:b", "'a:b'", "one word")]
    [InlineData("Authentication:Timeout", "00:00", "'00:00:00'", "'00:00:00.0010000'")]
    [InlineData("Authentication:RenewBefore", "2", "'2.00:00:00'", "'1.00:00:00'")]
    [InlineData("Authentication:RenewBefore", "soon", "'soon'", "TimeSpan")]
    [InlineData("Connection:NamePath", "name", "'name'", "start with a single '/'")]
    [InlineData("Connection:IdPath", "/a b", "'/a b'", "visible ASCII")]
    [InlineData("Connection:NameParameter", " ", "empty", "white")]
    [InlineData("Connection:IdParameter", " ", "empty", "white")]
    [InlineData("Connection:UserAgent", " a", "' a'", "between words only")]
    [InlineData("Connection:ConnectTimeout", "2", "'2.00:00:00'", "Ten seconds are 00:00:10")]
    [InlineData("Connection:KeepAliveInterval", "00:00", "'00:00:00'", "'00:00:00.0010000'")]
    [InlineData("Connection:KeepAliveTimeout", "2", "'2.00:00:00'", "'1.00:00:00'")]
    [InlineData("Connection:MaxMessageBytes", "0", "'0'", "'1'")]
    [InlineData("Connection:MaxMessageBytes", "many", "'many'", "Int32")]
    [InlineData("Connection:MaxRequestLineBytes", "0", "'0'", "'1'")]
    [InlineData("Connection:MaxContractsPerConnection", "0", "'0'", "'1'")]
    [InlineData("Connection:AddressFamily", "Unix", "Unix", "InterNetworkV6")]
    [InlineData("Connection:SslProtocols", "12", "12", "Tls13")]
    [InlineData("Reconnect:InitialDelay", "00:01", "00:01:00", "MaxDelay")]
    [InlineData("Reconnect:MaxDelay", "2", "'2.00:00:00'", "'1.00:00:00'")]
    [InlineData("Reconnect:HealthyAfter", "00:00", "'00:00:00'", "'00:00:00.0010000'")]
    [InlineData("Reconnect:RefusedFor", "-00:00:01", "'-00:00:01'", "'00:00:00'")]
    [InlineData("Reconnect:MaxAttempts", "0", "'0'", "'1'")]
    [InlineData("Feed:Delivery", "Newest", "'Newest'", "one of: EverySnapshot, LatestPerContract")]
    [InlineData("Feed:Delivery", "7", "7", "LatestPerContract")]
    [InlineData("Feed:Overflow", "-1", "-1", "DropOldest")]
    [InlineData("Feed:Capacity", "0", "'0'", "'1'")]
    [InlineData("Feed:SilenceTimeout", "00:00", "00:00:00", "1 ms and 1 day")]
    [InlineData("Feed:TradingHours", "Moonday 10:00-17:00", "'Moonday 10:00-17:00'", "weekday")]
    [InlineData("Feed:Redundancy", "0", "0", "1")]
    [InlineData("Feed:ProbeRefusals", "perhaps", "'perhaps'", "Boolean")]
    [InlineData("Connection:DedicatedThreads", "perhaps", "'perhaps'", "Boolean")]
    [InlineData("Connection:OfferCompression", "perhaps", "'perhaps'", "Boolean")]
    [InlineData("Authentication:RotateConnections", "perhaps", "'perhaps'", "Boolean")]
    [InlineData("Feed:KeepFrames", "perhaps", "'perhaps'", "Boolean")]
    public async Task A_wrong_option_prevents_the_start_with_one_sentence_that_names_its_key_value_and_limit(string key, string value, string shown, string bound)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ime:Username"] = "user", ["Ime:Password"] = Secret, [$"Ime:{key}"] = value });
        builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
        using IHost host = builder.Build();

        OptionsValidationException wrong = (await host.Invoking(h => h.StartAsync(TestContext.Current.CancellationToken)).Should().ThrowAsync<OptionsValidationException>()).Which;

        wrong.Message.Should().Contain(key == "AccessToken" ? "Ime must have" : $"Ime:{key}").And.Contain(shown).And.Contain(bound);
        wrong.Message.Should().NotContain("\n").And.NotContain("(Parameter").And.NotContain("ImeClientOptions.");
        wrong.ToString().Should().NotContain(Secret);
    }

    [Theory]
    [InlineData("Recconect:MaxDelay", "Ime:Recconect is not a setting. Did you mean Ime:Reconnect?")]
    [InlineData("Reconnect:MaxDelya", "Ime:Reconnect:MaxDelya is not a setting. Did you mean Ime:Reconnect:MaxDelay?")]
    [InlineData("feed:capasity", "Ime:Feed:capasity is not a setting. Did you mean Ime:Feed:Capacity?")]
    [InlineData("Capacity", "Ime:Capacity is not a setting. Did you mean Ime:Feed:Capacity?")]
    [InlineData("UserName1", "Ime:UserName1 is not a setting. Did you mean Ime:Username?")]
    [InlineData("Passwrod", "Ime:Passwrod is not a setting. Did you mean Ime:Password?")]
    [InlineData("Xyzzy", "Ime:Xyzzy is not a setting. The settings there are: AccessToken, Authentication, BaseAddress, Connection, Feed, Password, Reconnect, TimestampOffset, Username.")]
    [InlineData("Feed:Xyzzy:1", "Ime:Feed:Xyzzy is not a setting. The settings there are: Capacity, Delivery,*")]
    [InlineData("Username:First", "Ime:Username has settings below it, such as First, but it is a single value.")]
    [InlineData("Feed", "Ime:Feed is a single value, but it is a section. The settings there are: Capacity, Delivery,*")]
    [InlineData("Connection:Proxy", "Ime:Connection:Proxy cannot be set in a configuration. Set it in code, with services.AddOptions<ImeClientOptions>().Configure(…).")]
    [InlineData("Feed:Sinks:0", "Ime:Feed:Sinks cannot be set in a configuration. Set it in code*")]
    [InlineData("CredentialsProvider", "Ime:CredentialsProvider cannot be set in a configuration. Set it in code*")]
    public async Task An_unknown_key_prevents_the_start_and_the_message_names_the_nearest_setting(string key, string message)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ime:Username"] = "user", ["Ime:Password"] = Secret, ["Ime:Feed:Capacity"] = "10", [$"Ime:{key}"] = Secret });
        builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
        using IHost host = builder.Build();

        OptionsValidationException wrong = (await host.Invoking(h => h.StartAsync(TestContext.Current.CancellationToken)).Should().ThrowAsync<OptionsValidationException>()).Which;

        wrong.Message.Should().Match(message);
        wrong.ToString().Should().NotContain(Secret);
    }

    [Fact]
    public void The_list_of_settings_matches_the_options()
    {
        SettingNames.Sections.SelectMany(static section => section.Value.Select(name => section.Key.Length == 0 ? name : $"{section.Key}:{name}"))
            .Should().BeEquivalentTo(Options(new ImeClientOptions()).Select(static option => option.Key).Except(NotText));
        SettingNames.CodeOnly.Should().BeEquivalentTo(NotText);
    }

    [Fact]
    public void All_unknown_keys_are_named_in_one_message() =>
        this.Invoking(static _ => Resolve(new Dictionary<string, string?> { ["Usrname"] = "user", ["Feed:Capacty"] = "1" }))
            .Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(2);

    [Fact]
    public void Case_does_not_matter_in_the_keys_of_settings() =>
        Resolve(new Dictionary<string, string?> { ["USERNAME"] = "user", ["password"] = Secret, ["FEED:capacity"] = "7" }).Feed.Capacity.Should().Be(7);

    [Fact]
    public void A_configuration_root_may_also_contain_keys_that_are_not_settings_of_the_client()
    {
        IConfiguration root = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Username"] = "user", ["Password"] = Secret, ["PATH"] = "x", ["Authentication:Schemes:Bearer:ValidIssuer"] = "x" }).Build();

        Resolve(root).Username.Should().Be("user");
    }

    [Fact]
    public void The_test_of_wrong_values_covers_every_option()
    {
        IEnumerable<string> tried = typeof(ConfigurationTests)
            .GetMethod(nameof(A_wrong_option_prevents_the_start_with_one_sentence_that_names_its_key_value_and_limit))!
            .GetCustomAttributes<InlineDataAttribute>()
            .Select(static row => (string)row.Data[0]!);

        Options(new ImeClientOptions()).Select(static option => option.Key).Except(NotText).Should().BeSubsetOf(tried);
    }

    [Fact]
    public void A_wrong_option_from_code_is_named_with_the_client()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddImeClient("gold", static options => (options.Username, options.Password, options.Feed.Capacity) = ("user", Secret, -5)).Services
            .BuildServiceProvider();

        services.Invoking(static s => s.GetRequiredKeyedService<IMarketDataSource>("gold"))
            .Should().Throw<OptionsValidationException>().WithMessage("*'gold'*ImeClientOptions.Feed.Capacity*-5*");
    }

    [Fact]
    public void Options_can_be_set_by_environment_variables()
    {
        string prefix = $"HEDGETECH_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}Ime__Username", "user");
        Environment.SetEnvironmentVariable($"{prefix}Ime__Password", Secret);
        Environment.SetEnvironmentVariable($"{prefix}Ime__Feed__TradingHours", "Saturday-Wednesday 10:00-17:00");
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build();

        ImeClientOptions bound = Resolve(configuration.GetSection("Ime"));

        bound.Password.Should().Be(Secret);
        bound.Feed.TradingHours!.ToString().Should().Be("Saturday-Wednesday 10:00-17:00; UTC+03:30");
    }

    private static ImeClientOptions Resolve(Dictionary<string, string?> settings) =>
        Resolve(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Ime:{setting.Key}", setting.Value))).Build().GetSection("Ime"));

    private static ImeClientOptions Resolve(IConfiguration section)
    {
        using ServiceProvider services = new ServiceCollection().AddImeClient(section).Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<ImeClientOptions>>().Value;
    }

    private static IEnumerable<(string Key, object Owner, PropertyInfo Property)> Options(ImeClientOptions options) =>
        from option in ClientOptions.Settable(options)
        let section = option.Owner is ImeClientOptions ? "" : option.Owner.GetType().Name.Replace("Options", ":", StringComparison.Ordinal)
        select (section + option.Property.Name, option.Owner, option.Property);

    /// <summary>A valid value that is not the default.</summary>
    private static object Changed(PropertyInfo property, object? initial) => (property.Name, initial) switch
    {
        ("BaseAddress", _) => new Uri("https://gateway.example.test/prefix"),
        ("TradingHours", _) => TradingHours.Parse("Sat-Wed 10:00-17:00"),
        ("AddressFamily", _) => AddressFamily.InterNetworkV6,
        ("SslProtocols", _) => SslProtocols.Tls12 | SslProtocols.Tls13,
        ("TokenPath" or "NamePath" or "IdPath", _) => "/another/path",
        (_, TimeSpan time) => time + TimeSpan.FromSeconds(property.Name == "TimestampOffset" ? 3600 : 1),
        (_, Enum value) => Enum.GetValues(value.GetType()).Cast<object>().First(other => !other.Equals(value)),
        (_, bool flag) => !flag,
        (_, int number) => number + 1,
        _ when property.PropertyType == typeof(int?) => 7,
        _ => "Changed",
    };
}
