using System.Globalization;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>A call of one of the scripts.</summary>
internal abstract class ScriptRequest
{
    /// <summary>The name of the script.</summary>
    public abstract string Script { get; }

    /// <summary>The arguments of the script, as they are sent.</summary>
    public abstract IReadOnlyList<ReadOnlyMemory<byte>> Arguments(RelayKeys keys, RelaySettings settings);

    private protected static ReadOnlyMemory<byte> Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private protected static ReadOnlyMemory<byte> Text(long number) => Text(number.ToString(CultureInfo.InvariantCulture));

    private protected static ReadOnlyMemory<byte> Text(TimeSpan duration) => Text((long)duration.TotalMilliseconds);
}

/// <summary>How much of an unled log the caller of acquire takes.</summary>
internal enum Take
{
    Nothing = 0,
    ExistingLog = 1,
    Anything = 2,
}

/// <summary>Becomes the leader.</summary>
internal sealed class AcquireRequest(Term term, ulong owner, Take take, long confirmed) : ScriptRequest
{
    public Term Term => term;

    public ulong Owner => owner;

    public Take Take => take;

    /// <summary>The last entry that this leader knows to be confirmed; 0 if it did not lead.</summary>
    public long Confirmed => confirmed;

    public override string Script => "acquire";

    public override IReadOnlyList<ReadOnlyMemory<byte>> Arguments(RelayKeys keys, RelaySettings settings) =>
        [Text(term.ToString()), Text(owner.ToString("x16", CultureInfo.InvariantCulture)), Text(settings.Lease), Text(LogEntry.Version), Text(settings.Contracts), Text(keys.Channel), Text((long)take), Text(confirmed)];
}

/// <summary>Renews the lease and sends a heartbeat.</summary>
internal sealed class RenewRequest(Term term, long confirmed, bool isComplete) : ScriptRequest
{
    public Term Term => term;

    public long Confirmed => confirmed;

    /// <summary>Whether the log has everything that the leader has received.</summary>
    public bool IsComplete => isComplete;

    public override string Script => "renew";

    public override IReadOnlyList<ReadOnlyMemory<byte>> Arguments(RelayKeys keys, RelaySettings settings) =>
        [Text(term.ToString()), Text(confirmed), Text(settings.Lease), Text(keys.Channel), Text(settings.Retention), Text(isComplete ? 1 : 0)];
}

/// <summary>Gives the lease back.</summary>
internal sealed class ReleaseRequest(Term term) : ScriptRequest
{
    public Term Term => term;

    public override string Script => "release";

    public override IReadOnlyList<ReadOnlyMemory<byte>> Arguments(RelayKeys keys, RelaySettings settings) => [Text(term.ToString())];
}

/// <summary>Appends an entry.</summary>
/// <param name="term">The term.</param>
/// <param name="number">The number of the entry.</param>
/// <param name="before">What came before it.</param>
/// <param name="items">Its messages and events.</param>
/// <param name="open">What is interrupted after it, as <see cref="OpenInterruptions"/> writes it; empty if the entry changes nothing of that.</param>
internal sealed class PublishRequest(Term term, long number, FeedPosition before, LogItem[] items, string open = "") : ScriptRequest
{
    public Term Term => term;

    public long Number => number;

    public FeedPosition Before => before;

    public IReadOnlyList<LogItem> Items => items;

    public string Open => open;

    public FeedPosition After => new(before.Session, before.Messages + items.Count(static item => !item.IsEvent), before.Events + items.Count(static item => item.IsEvent));

    public override string Script => "publish";

    public byte[] Header() => LogEntry.WriteHeader(term, before, items);

    public byte[] Data() => LogEntry.WriteData(items);

    /// <summary>The newest message of each contract in the entry: where it is in the data, and the prefix of its value.</summary>
    public IEnumerable<(ushort Contract, byte[] Prefix, int Offset, int Length)> Newest()
    {
        int offset = 0;
        long message = before.Messages;
        for (int i = 0; i < items.Length; i++)
        {
            LogItem item = items[i];
            if (item.IsEvent)
            {
                continue;
            }

            message++;
            if (item.Contract != LogItem.NoContract && !IsFollowed(i))
            {
                yield return (item.Contract, LastValue.WritePrefix(number, before.Session, message, item.ReceivedAt), offset, item.Bytes.Length);
            }

            offset += item.Bytes.Length + 1;
        }
    }

    public override IReadOnlyList<ReadOnlyMemory<byte>> Arguments(RelayKeys keys, RelaySettings settings)
    {
        FeedPosition after = After;
        List<ReadOnlyMemory<byte>> arguments =
        [
            Text(term.ToString()), Text(number), Header(), Data(), Text(keys.Channel), Text(settings.Retention), Text(settings.RetentionBytes),
            Text(after.Session.ToString("x16", CultureInfo.InvariantCulture)), Text(after.Messages), Text(after.Events), Text(before.Messages), Text(open),
        ];
        foreach ((ushort contract, byte[] prefix, int offset, int length) in Newest())
        {
            arguments.AddRange([settings.Fields[contract], prefix, Text(offset + 1), Text(length)]);
        }

        return arguments;
    }

    private bool IsFollowed(int index)
    {
        for (int i = index + 1; i < items.Length; i++)
        {
            if (!items[i].IsEvent && items[i].Contract == items[index].Contract)
            {
                return true;
            }
        }

        return false;
    }
}
