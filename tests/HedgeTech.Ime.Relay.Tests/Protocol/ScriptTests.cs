using System.Globalization;
using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Tests.Lives;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Protocol;

public sealed class ScriptTests(ITestOutputHelper output)
{
    private static readonly Term[] Terms = [.. Enumerable.Range(1, 3).Select(static i => new Term((UInt128)i))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_scripts_on_a_real_Redis_give_the_answers_and_the_data_of_the_model(int seed)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        IDatabase database = connection.GetDatabase();
        RelayKeys keys = new("test");
        RedisKey[] redisKeys = [.. keys.All.Select(static key => (RedisKey)key)];
        RelaySettings settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromDays(1), 4 << 20, ["name:A", "name:ب", "id:7"]);
        RelaySettings others = settings with { Contracts = "name:Z" };
        Random random = new(seed);
        ModelRedis model = new();
        HashSet<ScriptStatus> seen = [];
        for (int i = 0; i < 2000; i++)
        {
            if (random.Next(100) == 0)
            {
                // The lease expires, or Redis restarts empty.
                bool empty = random.Next(4) == 0;
                await database.KeyDeleteAsync(empty ? redisKeys : [keys.Leader]);
                model = empty ? new ModelRedis() : model;
                if (!empty && model.Leader != Term.None)
                {
                    model.Run(new ReleaseRequest(model.Leader), settings, 0);
                }
            }

            ScriptRequest request = Request(random, model);
            RelaySettings used = random.Next(50) == 0 ? others : settings;
            RedisResult result = await database.ScriptEvaluateAsync(RelayScript.Text(request.Script), redisKeys, [.. request.Arguments(keys, used).Select(static argument => (RedisValue)argument)]);
            ScriptAnswer answer = Answer((RedisResult[])result!);

            // Redis uses its own clock, so only the time may differ.
            ScriptAnswer expected = model.Run(request, used, answer.Milliseconds);
            answer.Should().Be(expected, "call {0} of seed {1} is {2}", i, seed, request.Script);
            seen.Add(answer.Status);
            if (i % 100 == 99)
            {
                await CompareAsync(database, keys, settings, model);
            }
        }

        output.WriteLine($"{model.Count} entries, answers: {string.Join(", ", seen)}");
        seen.Should().HaveCountGreaterThanOrEqualTo(6);
    }

    private static ScriptRequest Request(Random random, ModelRedis model)
    {
        Term term = random.Next(3) > 0 && model.Leader != Term.None ? model.Leader : Terms[random.Next(Terms.Length)];
        long top = model.Top?.Position.Number ?? 0;
        switch (random.Next(20))
        {
            case 0:
                return new AcquireRequest(Terms[random.Next(Terms.Length)], (ulong)random.Next(2), (Take)random.Next(3), random.Next(3) == 0 ? top + 1 : 0);
            case 1:
                return new ReleaseRequest(Terms[random.Next(Terms.Length)]);
            case < 5:
                return new RenewRequest(term, top + random.Next(-1, 2), random.Next(2) == 0);
            default:
                FeedPosition before = random.Next(10) == 0 ? new FeedPosition((ulong)random.NextInt64(), 0, 0) : model.Top?.Feed ?? default;
                LogItem[] items = [.. Enumerable.Range(0, random.Next(17)).Select(i => random.Next(8) == 0
                    ? new LogItem(true, (ushort)EventCode.Other, i, Encoding.UTF8.GetBytes("{\"type\":\"رویداد\"}"))
                    : new LogItem(false, (ushort)random.Next(3), 638_000_000_000_000_000 + i, Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', random.Next(5000))}ب\"}}")))];
                return new PublishRequest(term, top + random.Next(20) switch { 0 => 0, 1 => 2, _ => 1 }, before with { Messages = before.Messages + (random.Next(20) == 0 ? 3 : 0) }, items, random.Next(8) == 0 ? $"[{random.Next(3)}]" : "");
        }
    }

    private static ScriptAnswer Answer(RedisResult[] result)
    {
        ScriptStatus status = Enum.Parse<ScriptStatus>((string)result[0]!, ignoreCase: true);
        LogPosition previous = result.Length > 3 && (string)result[3]! is { Length: > 0 } term
            ? new LogPosition(Term.Parse(Encoding.ASCII.GetBytes(term)), (long)result[4], result.Length > 7 ? (long)result[7] : 0)
            : default;
        return new ScriptAnswer(status, (long)result[1], (long)result[2], previous, result.Length > 5 ? (string)result[5]! : "", result.Length > 6 ? (string)result[6]! : OpenInterruptions.None);
    }

    private static async Task CompareAsync(IDatabase database, RelayKeys keys, RelaySettings settings, ModelRedis model)
    {
        if (model.Top is not { } top)
        {
            (await database.KeyExistsAsync(keys.Meta)).Should().BeFalse();
            return;
        }

        Dictionary<string, string> meta = (await database.HashGetAllAsync(keys.Meta)).ToDictionary(static field => (string)field.Name!, static field => (string)field.Value!);
        meta["term"].Should().Be(top.Position.Term.ToString());
        meta["n"].Should().Be(top.Position.Number.ToString(CultureInfo.InvariantCulture));
        meta["ms"].Should().Be(top.Position.Milliseconds.ToString(CultureInfo.InvariantCulture));
        meta["open"].Should().Be(top.Open);
        meta["whole"].Should().Be(top.WholeSince.ToString(CultureInfo.InvariantCulture));
        (ulong.Parse(meta["session"], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), long.Parse(meta["messages"], CultureInfo.InvariantCulture), long.Parse(meta["events"], CultureInfo.InvariantCulture))
            .Should().Be((top.Feed.Session, top.Feed.Messages, top.Feed.Events));
        foreach ((ushort contract, byte[] value) in model.Last)
        {
            ((byte[])(await database.HashGetAsync(keys.Last, settings.Fields[contract]))!).Should().Equal(value);
        }

        LogEntry[] entries = [.. (await database.StreamRangeAsync(keys.Stream)).Select(static entry =>
        {
            long[] id = [.. ((string)entry.Id!).Split('-').Select(static part => long.Parse(part, CultureInfo.InvariantCulture))];
            return LogEntry.Read(id[1], id[0], (byte[])entry["h"]!, (byte[])entry["d"]!)!;
        })];
        entries.Select(static entry => entry.Position).Should().Equal(model.Entries.Select(static entry => entry.Position));
        entries.Select(static entry => (entry.Kind, entry.Previous, entry.Before, entry.Items.Count)).Should().Equal(model.Entries.Select(static entry => (entry.Kind, entry.Previous, entry.Before, entry.Items.Count)));
        string.Concat(entries.SelectMany(static entry => entry.Items).Select(static item => Convert.ToHexString(item.Bytes.Span)))
            .Should().Be(string.Concat(model.Entries.SelectMany(static entry => entry.Items).Select(static item => Convert.ToHexString(item.Bytes.Span))));
    }
}
