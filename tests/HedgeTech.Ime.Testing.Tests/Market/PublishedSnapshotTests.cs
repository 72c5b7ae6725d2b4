namespace HedgeTech.Ime.Testing.Tests.Market;

/// <summary>A snapshot that a test publishes reaches the client unchanged.</summary>
public sealed class PublishedSnapshotTests
{
    private const string Name = "قرارداد آتی زعفران نگین تحویل آبان ماه 1403";

    private static readonly MarketSnapshot Made = new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = new DateTimeOffset(2025, 11, 15, 12, 0, 0, 123, 456, TimeSpan.FromMinutes(210)),
        BestLimit = new BestLimit(new(5, 792_600, 7, 792_700), new(1, 792_500.25m, 2, 792_800), new(0, 0, 9, 79_228_162_514_264_337_593_543_950_335m)),
        Aggregate = new Aggregate
        {
            Date = new DateOnly(2025, 11, 15),
            Time = new TimeOnly(11, 59, 58),
            TradeCount = 41,
            TotalVolume = long.MaxValue,
            TotalValue = 10_000_000_000_000,
            ClosingPrice = 80_978.9474m,
            LastPrice = 792_650,
            LowPrice = -1,
            HighPrice = 800_000,
            OpenPrice = 790_000.5m,
            PreviousClose = 788_000,
        },
        AllowedPriceRange = new AllowedPriceRange(750_000, 830_000),
        ContractInfo = new ContractInfo(1200, -30),
    };

    public static TheoryData<MarketSnapshot, JsonDialect> Snapshots
    {
        get
        {
            TheoryData<MarketSnapshot, JsonDialect> all = [];
            foreach (JsonDialect dialect in Enum.GetValues<JsonDialect>())
            {
                all.Add(Made, dialect);
                all.Add(Made with { Contract = ContractKey.Name(Name), Timestamp = new DateTimeOffset(2025, 11, 15, 12, 0, 0, TimeSpan.FromMinutes(210)) }, dialect);
                all.Add(Made with { Aggregate = default }, dialect);
                foreach (SnapshotFields missing in Enum.GetValues<SnapshotFields>().Where(static one => one != SnapshotFields.None))
                {
                    all.Add(new MarketSnapshot { Contract = Made.Contract, Timestamp = missing == SnapshotFields.Timestamp ? default : Made.Timestamp, Unavailable = missing }, dialect);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Snapshots), DisableDiscoveryEnumeration = true)]
    public async Task A_published_snapshot_arrives_unchanged(MarketSnapshot snapshot, JsonDialect dialect)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, Spelling = new SimulatorSpelling { Dialect = dialect } });
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using IAsyncEnumerator<MarketSnapshot> stream = client.StreamByNameAsync([snapshot.Contract.Value], RawClient.Soon).GetAsyncEnumerator(RawClient.Soon);
        Task<bool> next = stream.MoveNextAsync().AsTask();
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        int reached = await simulator.PublishAsync(snapshot, RawClient.Soon);

        reached.Should().Be(1);
        (await next).Should().BeTrue();
        (stream.Current with { ReceivedAt = snapshot.ReceivedAt }).Should().Be(snapshot);
    }

    [Fact]
    public async Task A_published_snapshot_arrives_under_the_name_that_was_requested()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, KeepMessages = true });
        await using RawClient byName = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await using RawClient byId = await RawClient.ByIdAsync(simulator, SimulatorContract.BuiltIn.Single(static contract => contract.Code == "SAFAB03").Id!);
        await using RawClient other = await RawClient.ByNameAsync(simulator, "ETCDY03");
        await simulator.WhenSubscribedAsync(3, RawClient.Soon);

        (await simulator.PublishAsync(Made, RawClient.Soon)).Should().Be(2);

        MarketSnapshotSerializer.Deserialize((await byId.ReceiveAsync()).Payload).Contract.Kind.Should().Be(ContractKeyKind.Id);
        MarketSnapshotSerializer.Deserialize((await byName.ReceiveAsync()).Payload).Contract.Should().Be(Made.Contract);
        simulator.Connections[2].MessagesSent.Should().Be(0);
        simulator.Connections[0].Sent.Should().BeEmpty("the market has not published a message");
    }

    [Fact]
    public async Task A_published_snapshot_without_a_timestamp_gets_the_time_of_the_simulator()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero));
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        await simulator.PublishAsync(Made with { Timestamp = default }, RawClient.Soon);

        MarketSnapshotSerializer.Deserialize((await client.ReceiveAsync()).Payload).Timestamp.Should().Be(time.GetUtcNow());
    }

    [Fact]
    public async Task A_stalled_connection_is_not_counted_and_an_unknown_contract_is_refused()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        simulator.Stall();

        (await simulator.PublishAsync(Made, RawClient.Soon)).Should().Be(0);
        Func<Task> unknown = () => simulator.PublishAsync(Made with { Contract = ContractKey.Name("NOSUCH") }, RawClient.Soon);
        await unknown.Should().ThrowAsync<ArgumentException>().WithMessage("*NOSUCH*");
    }
}
