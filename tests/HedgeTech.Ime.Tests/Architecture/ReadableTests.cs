using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>Debuggers and logs show an object as one informative line that never contains a secret.</summary>
public sealed class ReadableTests
{
    private const string Secret = "s3cret-Value";

    private static readonly MarketSnapshot Snapshot = new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = new DateTimeOffset(2025, 11, 14, 12, 0, 0, new TimeSpan(3, 30, 0)),
        BestLimit = new BestLimit(new BestLimitLevel(4, 80800, 5, 81001.5m), default, default),
        Aggregate = new Aggregate { Date = new DateOnly(2025, 11, 14), Time = new TimeOnly(11, 59, 58), LastPrice = 80900.5m, TradeCount = 12, TotalVolume = 34 },
        AllowedPriceRange = new AllowedPriceRange(1, 9999999999),
        ContractInfo = new ContractInfo(120, -3),
    };

    public static TheoryData<object, string> Shown => new()
    {
        { Snapshot.BestLimit.Level1, "bid 4 × 80800 ask 5 × 81001.5" },
        { Snapshot.BestLimit, "bid 4 × 80800 ask 5 × 81001.5 | bid 0 × 0 ask 0 × 0 | bid 0 × 0 ask 0 × 0" },
        { Snapshot.Aggregate, "2025-11-14 11:59:58 last 80900.5 open 0 high 0 low 0 close 0 previous 0, 12 trades, volume 34" },
        { default(Aggregate), "last 0 open 0 high 0 low 0 close 0 previous 0, 0 trades, volume 0" },
        { Snapshot.AllowedPriceRange, "from 1 to 9999999999" },
        { Snapshot.ContractInfo, "open interest 120 (change -3)" },
        { new ReconnectOptions(), "after 00:00:00.2500000, then up to 00:00:30, never gives up" },
        { new FeedOptions { TradingHours = TradingHours.Parse("Sat 10:00-17:00") }, "EverySnapshot, Conflate above 8192, silent after 00:01:00, trading Saturday 10:00-17:00; UTC+03:30" },
        { new AuthenticationOptions(), "login at /auth/user/token/issue, renewed 00:01:00 before expiry" },
        { new ConnectionOptions { Proxy = new WebProxy($"http://user:{Secret}@proxy.example.test") }, "connect within 00:00:10, ping after 00:00:15, pong within 00:00:15, messages up to 1048576 bytes, through a proxy" },
        { new ImeClientOptions { Username = "user", Password = Secret }, "https://core.hedgetech.ir/, user (secrets not shown)" },
        { new ImeClientOptions { BaseAddress = new Uri($"https://user:{Secret}@host"), AccessToken = Secret }, "https://host/, no user name (secrets not shown)" },
        {
            new FeedStatistics { Received = 9, Delivered = 4, Dropped = 2, Replaced = 1, Waiting = 2, Rejected = 5, Reconnects = 3, Bytes = 1234, LastReceivedAt = Snapshot.Timestamp },
            "9 received: 4 delivered, 2 dropped, 1 replaced, 2 waiting; 5 rejected, 3 reconnects, 1234 bytes, last at 2025-11-14 12:00:00.000+03:30"
        },
        {
            new FeedStatistics { LastFailure = "The connection was lost.", LastFailureAt = Snapshot.Timestamp },
            "0 received: 0 delivered, 0 dropped, 0 replaced, 0 waiting; 0 rejected, 0 reconnects, 0 bytes, last at no time; last failure at 2025-11-14 12:00:00.000+03:30: The connection was lost."
        },
        {
            new ImeClient(new ImeClientOptions { AccessToken = Secret }).OpenFeed(ContractSet.ByName("SAFAB03")),
            "Idle, SAFAB03: 0 received: 0 delivered, 0 dropped, 0 replaced, 0 waiting; 0 rejected, 0 reconnects, 0 bytes, last at no time"
        },
        { new ImeClient(new ImeClientOptions { AccessToken = Secret }), "https://core.hedgetech.ir/, no user name (secrets not shown), 0 feeds" },
        {
            new Bar { Contract = Snapshot.Contract, Start = Snapshot.Timestamp, Interval = TimeSpan.FromMinutes(1), Open = 1.5m, High = 3, Low = 1, Close = 2, Volume = 7 },
            "2025-11-14 12:00:00 for 00:01:00 SAFAB03 open 1.5 high 3 low 1 close 2 volume 7, incomplete"
        },
    };

    [Theory]
    [MemberData(nameof(Shown), DisableDiscoveryEnumeration = true)]
    public void An_object_has_a_readable_text_in_every_culture(object value, string text)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "٫", NegativeSign = "−" } };
        try
        {
            value.ToString().Should().Be(text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("HedgeTech.Ime")]
    [InlineData("HedgeTech.Ime.AspNetCore")]
    [InlineData("HedgeTech.Ime.Hosting")]
    [InlineData("HedgeTech.Ime.Recording")]
    public void Every_public_type_defines_its_text_or_its_debugger_display(string package)
    {
        IEnumerable<Type> mute =
            from type in Assembly.Load(package).GetExportedTypes()
            where type is { IsAbstract: false, IsEnum: false, IsInterface: false } && !type.IsSubclassOf(typeof(Exception)) && !type.IsSubclassOf(typeof(Delegate))
            where type.GetCustomAttribute<DebuggerDisplayAttribute>() is null && type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType != type
            select type;

        mute.Where(static type => !typeof(JsonConverter).IsAssignableFrom(type)) // a converter has no state to show
            .Should().BeSubsetOf([typeof(ContractKeyComparer)], "every other type has state to show");
    }
}
