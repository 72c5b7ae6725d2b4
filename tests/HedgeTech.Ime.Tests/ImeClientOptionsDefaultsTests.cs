using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HedgeTech.Ime.Tests;

public sealed partial class ImeClientOptionsDefaultsTests
{
    private static readonly Dictionary<string, object?> Expected = new()
    {
        ["ImeClientOptions.BaseAddress"] = new Uri("https://core.hedgetech.ir"),
        ["ImeClientOptions.Username"] = null,
        ["ImeClientOptions.Password"] = null,
        ["ImeClientOptions.AccessToken"] = null,
        ["ImeClientOptions.CredentialsProvider"] = null,
        ["ImeClientOptions.TimestampOffset"] = new TimeSpan(3, 30, 0),
        ["AuthenticationOptions.TokenPath"] = "/auth/user/token/issue",
        ["AuthenticationOptions.UsernameField"] = "username",
        ["AuthenticationOptions.PasswordField"] = "password",
        ["AuthenticationOptions.AuthorizationScheme"] = null,
        ["AuthenticationOptions.Timeout"] = TimeSpan.FromSeconds(10),
        ["AuthenticationOptions.RenewBefore"] = TimeSpan.FromSeconds(60),
        ["ConnectionOptions.NamePath"] = "/data-engine/ime/live/data/websocket/contract/name",
        ["ConnectionOptions.IdPath"] = "/data-engine/ime/live/data/websocket/contract/id",
        ["ConnectionOptions.NameParameter"] = "contract_names",
        ["ConnectionOptions.IdParameter"] = "contract_id",
        ["ConnectionOptions.UserAgent"] = $"HedgeTech.Ime/{typeof(ConnectionOptions).Assembly.GetName().Version!.ToString(3)}",
        ["ConnectionOptions.ConnectTimeout"] = TimeSpan.FromSeconds(10),
        ["ConnectionOptions.DedicatedThreads"] = true,
        ["ConnectionOptions.OfferCompression"] = false,
        ["ConnectionOptions.KeepAliveInterval"] = TimeSpan.FromSeconds(15),
        ["ConnectionOptions.KeepAliveTimeout"] = TimeSpan.FromSeconds(15),
        ["ConnectionOptions.MaxMessageBytes"] = 1_048_576,
        ["ConnectionOptions.MaxRequestLineBytes"] = 4000,
        ["ConnectionOptions.MaxContractsPerConnection"] = null,
        ["ConnectionOptions.AddressFamily"] = AddressFamily.Unspecified,
        ["ConnectionOptions.Proxy"] = null,
        ["ConnectionOptions.SslProtocols"] = SslProtocols.None,
        ["ConnectionOptions.ServerCertificateValidation"] = null,
        ["ReconnectOptions.InitialDelay"] = TimeSpan.FromMilliseconds(250),
        ["ReconnectOptions.MaxDelay"] = TimeSpan.FromSeconds(30),
        ["ReconnectOptions.HealthyAfter"] = TimeSpan.FromSeconds(10),
        ["ReconnectOptions.RefusedFor"] = TimeSpan.FromMinutes(5),
        ["ReconnectOptions.MaxAttempts"] = null,
        ["FeedOptions.Delivery"] = FeedDelivery.EverySnapshot,
        ["FeedOptions.Capacity"] = 8192,
        ["FeedOptions.Overflow"] = FeedOverflow.Conflate,
        ["AuthenticationOptions.RotateConnections"] = true,
        ["FeedOptions.Redundancy"] = 1,
        ["FeedOptions.ProbeRefusals"] = true,
        ["FeedOptions.SilenceTimeout"] = TimeSpan.FromSeconds(60),
        ["FeedOptions.TradingHours"] = null,
        ["FeedOptions.KeepFrames"] = false,
    };

    public static TheoryData<string> Options => [.. ClientOptions.Settable().Select(static option => option.Name)];

    [Fact]
    public void Every_option_has_its_default_in_this_table() =>
        ClientOptions.Settable().Select(static option => option.Name).Should().BeEquivalentTo(Expected.Keys);

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_defaults_to_what_the_design_says(string name)
    {
        (_, object owner, PropertyInfo property) = ClientOptions.Settable().Single(option => option.Name == name);

        property.GetValue(owner).Should().Be(Expected[name]);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_documentation_of_an_option_states_its_default(string name)
    {
        (_, object owner, PropertyInfo property) = ClientOptions.Settable().Single(option => option.Name == name);

        DocumentedValue(property).Should().StartWith($"Default: {ClientOptions.InWords(property.Name, property.GetValue(owner))}");
    }

    [Fact]
    public void The_library_version_in_the_user_agent_is_not_empty() =>
        new ConnectionOptions().UserAgent.Should().MatchRegex(@"^HedgeTech\.Ime/\d+\.\d+\.\d+$");

    private static string DocumentedValue(PropertyInfo property)
    {
        string id = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        XElement value = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "HedgeTech.Ime.xml"))
            .Descendants("member").Single(member => member.Attribute("name")!.Value == id)
            .Element("value") ?? throw new InvalidOperationException($"{id} has no <value>.");
        foreach (XElement reference in value.Descendants("see").ToList())
        {
            reference.ReplaceWith(reference.Attribute("cref")!.Value.Split('.')[^1]);
        }

        return Whitespace().Replace(value.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
