using System.Globalization;
using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Runs the scripts and reads the log on a connection.</summary>
/// <param name="connection">The connection.</param>
/// <param name="keys">The keys of the relay.</param>
/// <param name="contracts">The contracts of the log, as an earlier connection found them.</param>
internal sealed class RedisLog(IConnectionMultiplexer connection, RelayKeys keys, IReadOnlyList<string>? contracts = null)
{
    private static readonly Dictionary<string, string> Scripts = RelayScript.Names.ToDictionary(static name => name, RelayScript.Text);
    private static readonly RedisValue[] MetaFields = ["term", "n", "ms", "session", "messages", "events", "whole", "contracts", "format", "open"];

    private readonly RedisKey[] _keys = [.. keys.All.Select(static key => (RedisKey)key)];

    private string? _contractsText;

    /// <summary>The contracts of the log, as the last read found them. Another list only if they have changed, or if the connection is new.</summary>
    public IReadOnlyList<string> Contracts { get; private set; } = contracts ?? [];

    public static ScriptAnswer ReadAnswer(RedisResult result)
    {
        RedisResult[] parts = (RedisResult[])result!;
        LogPosition previous = parts.Length > 4 && (string)parts[3]! is { Length: > 0 } term ? new LogPosition(Term.Parse(Encoding.ASCII.GetBytes(term)), (long)parts[4], parts.Length > 7 ? (long)parts[7] : 0) : default;
        return new ScriptAnswer(Enum.Parse<ScriptStatus>((string)parts[0]!, ignoreCase: true), (long)parts[1], (long)parts[2], previous, parts.Length > 5 ? (string)parts[5]! : "", parts.Length > 6 ? (string)parts[6]! : OpenInterruptions.None);
    }

    public async Task<ScriptAnswer> RunAsync(ScriptRequest request, RelaySettings settings)
    {
        RedisValue[] arguments = [.. request.Arguments(keys, settings).Select(static argument => (RedisValue)argument)];
        return ReadAnswer(await connection.GetDatabase().ScriptEvaluateAsync(Scripts[request.Script], _keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false));
    }

    /// <summary>Subscribes. A <see cref="PushPump"/> then calls these until the connection is closed.</summary>
    public async Task SubscribeAsync(Action<LogEntry> received, Action<bool> wake, Action<Exception> failed) =>
        new PushPump(await connection.GetSubscriber().SubscribeAsync(RedisChannel.Sharded(keys.Channel)).ConfigureAwait(false), received, wake, failed).Start();

    /// <summary>Reads what a reader asks for, in one transaction on the primary.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="page">How many entries at most.</param>
    public async Task<ReaderAnswer> ReadAsync(ReaderRequest request, int page)
    {
        ITransaction transaction = connection.GetDatabase().CreateTransaction();
        Task<RedisValue[]> meta = transaction.HashGetAsync(keys.Meta, MetaFields, CommandFlags.DemandMaster);
        Task<HashEntry[]>? last = request.Kind == ReaderRequestKind.Range ? null : transaction.HashGetAllAsync(keys.Last, CommandFlags.DemandMaster);
        Task<StreamEntry[]>? range = request.Kind == ReaderRequestKind.Snapshot ? null
            : transaction.StreamRangeAsync(keys.Stream, string.Create(CultureInfo.InvariantCulture, $"({request.After.Milliseconds}-{request.After.Number}"), "+", page, Order.Ascending, CommandFlags.DemandMaster);
        await transaction.ExecuteAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
        LogTop? top = ReadTop(await meta.ConfigureAwait(false));
        List<LastValue> values = [];
        foreach (HashEntry field in last is null ? [] : await last.ConfigureAwait(false))
        {
            int index = Contracts is List<string> list ? list.IndexOf((string)field.Name!) : -1;
            if (index >= 0 && LastValue.Read((ushort)index, (ReadOnlyMemory<byte>)field.Value) is { } value)
            {
                values.Add(value);
            }
        }

        List<LogEntry> entries = [];
        foreach (StreamEntry entry in range is null ? [] : await range.ConfigureAwait(false))
        {
            string[] id = ((string)entry.Id!).Split('-');
            if (LogEntry.Read(long.Parse(id[1], CultureInfo.InvariantCulture), long.Parse(id[0], CultureInfo.InvariantCulture), (ReadOnlyMemory<byte>)entry["h"], (ReadOnlyMemory<byte>)entry["d"]) is { } read)
            {
                entries.Add(read);
            }
        }

        return new ReaderAnswer(top, entries, values);
    }

    private LogTop? ReadTop(RedisValue[] meta)
    {
        if (meta[0].IsNull)
        {
            return null;
        }

        if ((long)meta[8] != LogEntry.Version)
        {
            throw new RelayRefusedException("The relay in Redis was written by another version of this library.", nameof(RelayOptions.Name));
        }

        string contractsText = (string)meta[7]!;
        if (contractsText != _contractsText)
        {
            (_contractsText, Contracts) = (contractsText, contractsText.Split('\n').ToList());
        }

        return new LogTop(
            new LogPosition(Term.Parse(Encoding.ASCII.GetBytes((string)meta[0]!)), (long)meta[1], (long)meta[2]),
            new FeedPosition(ulong.Parse((string)meta[3]!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), (long)meta[4], (long)meta[5]),
            (long)meta[6],
            (string?)meta[9] ?? OpenInterruptions.None);
    }
}
