using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>Which connections are interrupted at a place in the log: those of its leader, and 0 if the relay itself is.</summary>
internal sealed class OpenInterruptions
{
    /// <summary>What <see cref="Write"/> returns if none is.</summary>
    public const string None = "[]";

    private readonly SortedDictionary<int, FeedInterrupted> _open = [];

    public IEnumerable<FeedInterrupted> All => _open.Values;

    /// <summary>Reads what <see cref="Write"/> has written. What this version does not know is left out.</summary>
    public static OpenInterruptions Read(string? json)
    {
        OpenInterruptions open = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(string.IsNullOrEmpty(json) ? None : json);
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                open.See(RelayEvents.Read(Encoding.UTF8.GetBytes(element.GetRawText())));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Another program has written it. The events that follow say what happens from here on.
        }

        return open;
    }

    public bool Contains(int connection) => _open.ContainsKey(connection);

    /// <summary>Takes an item into account. Returns whether it only repeats that a connection is interrupted, or is not.</summary>
    public bool See(LogItem item) => ChangesState(item, out FeedEvent? feedEvent) && See(feedEvent);

    public void Clear() => _open.Clear();

    /// <summary>A JSON array of the events.</summary>
    public string Write() => $"[{string.Join(',', _open.Values.Select(static interrupted => Encoding.UTF8.GetString(RelayEvents.Write(interrupted).Bytes.Span)))}]";

    /// <summary>Whether an item says that a connection is interrupted, or is no longer.</summary>
    public static bool ChangesState(LogItem item, [NotNullWhen(true)] out FeedEvent? feedEvent)
    {
        feedEvent = item.IsEvent && item.Contract != (ushort)EventCode.Other ? RelayEvents.Read(item.Bytes.Span) : null;
        return feedEvent is not null;
    }

    private bool See(FeedEvent? feedEvent)
    {
        if (feedEvent is FeedInterrupted interrupted)
        {
            bool repeats = Contains(interrupted.Connection);
            _open[interrupted.Connection] = interrupted;
            return repeats;
        }

        return feedEvent is FeedResumed resumed && !_open.Remove(resumed.Connection);
    }
}
