using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Shared;

/// <summary>
/// Makes different messages of one seeded market in the spelling of the simulator. The length and the sign of numbers change, the time advances, and sometimes a level
/// is empty or a price has a fraction. A processor cannot predict the next digit from the earlier messages.
/// </summary>
internal static class MarketCorpus
{
    public const int Size = 4096;

    private const int Seed = 20260901;

    /// <summary>Returns short names, so that ten thousand of them fit into an address. Half of them are Persian, like the names of the exchange, unless there are thousands.</summary>
    public static string[] NamesOf(int count) =>
        [.. Enumerable.Range(1, count).Select(number => count <= 1000 && number % 2 == 0 ? $"قرارداد آتی زعفران نگین تحویل آبان ماه {number:00000}" : $"C{number:00000}")];

    /// <summary>Returns messages of the contracts in random order, at least one of each.</summary>
    public static async Task<byte[][]> RecordAsync(IReadOnlyList<string> names, bool isCompact)
    {
        Random random = new(Seed);
        MarketTime time = new();
        ImeSimulatorOptions options = new()
        {
            Rate = 0,
            Seed = Seed,
            Spelling = new SimulatorSpelling { Dialect = isCompact ? JsonDialect.Compact : JsonDialect.Python },
        };
        options.Contracts.Clear();
        foreach (string name in names)
        {
            // Prices have five to nine digits, and each length is equally frequent.
            long price = (long)Math.Pow(10, 4 + (5 * random.NextDouble()));
            options.Contracts.Add(new SimulatorContract { Code = name, ReferencePrice = price / 10 * 10, Tick = price < 1_000_000 ? 10 : 1000 });
        }

        await using ImeSimulator simulator = await ImeSimulator.StartAsync(options, time);
        ImeClientOptions clientOptions = simulator.CreateClientOptions();
        clientOptions.Feed.KeepFrames = true;
        clientOptions.Connection.MaxRequestLineBytes = 1_000_000;
        clientOptions.Connection.MaxContractsPerConnection = names.Count;
        await using ImeClient client = new(clientOptions);
        await using IAsyncEnumerator<MarketSnapshot> received = client.StreamByNameAsync(names).GetAsyncEnumerator();
        ValueTask<bool> first = received.MoveNextAsync();
        await simulator.WhenSubscribedAsync();

        byte[][] messages = new byte[Math.Max(Size, names.Count)][];
        for (int i = 0; i < messages.Length; i++)
        {
            time.Advance(TimeSpan.FromMicroseconds(random.Next(1, 2_000_000)));

            // Publishes each contract once, and then random contracts.
            await simulator.PublishAsync(names[i < names.Count ? i : random.Next(names.Count)]);
            await (i == 0 ? first : received.MoveNextAsync());
            if (Altered(received.Current, random) is { } altered)
            {
                await simulator.PublishAsync(altered);
                await received.MoveNextAsync();
            }

            messages[i] = received.Current.Frame.ToArray();
        }

        return messages;
    }

    /// <summary>Returns a variant that the market of the simulator never produces, or null for most messages.</summary>
    private static MarketSnapshot? Altered(MarketSnapshot snapshot, Random random)
    {
        BestLimit book = snapshot.BestLimit;
        Aggregate day = snapshot.Aggregate;
        MarketSnapshot? altered = random.Next(16) switch
        {
            0 => snapshot with { BestLimit = new BestLimit(book.Level1, book.Level2, default) },
            1 => snapshot with { BestLimit = new BestLimit(book.Level1, default, default) },
            2 => snapshot with { Aggregate = day with { LastPrice = day.LastPrice + 0.5m, HighPrice = day.HighPrice + 0.25m } },
            _ => null,
        };
        return altered is null ? null : altered with { Timestamp = snapshot.Timestamp.AddTicks(TimeSpan.TicksPerMicrosecond) };
    }

    /// <summary>A clock that starts at the opening of a day. Only the messages of the market advance it.</summary>
    internal sealed class MarketTime : TimeProvider
    {
        private readonly DateTimeOffset _start = new(2026, 9, 1, 6, 30, 0, TimeSpan.Zero);
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _start.AddTicks(Interlocked.Read(ref _ticks));

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
