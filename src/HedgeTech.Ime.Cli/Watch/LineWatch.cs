using System.Buffers;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Writes snapshots as lines to standard output, and events of the stream as lines to standard error.</summary>
internal static class LineWatch
{
    private const int FullLines = 32 * 1024;
    private const int NameWidth = 16;

    /// <summary>Writes until the stream or the reader of the lines ends.</summary>
    public static Task<ExitCode> RunAsync(MarketFeed feed, Action<MarketSnapshot, IBufferWriter<byte>> write, CancellationToken cancellationToken) =>
        RunAsync(feed.ReadEventsAsync(cancellationToken), () => feed.Statistics.Waiting > 0, write, isRecorded: false);

    /// <summary>Writes until the stream or the reader of the lines ends.</summary>
    /// <param name="events">The stream.</param>
    /// <param name="hasMore">Whether the next event is there already, so that more lines can be written at once.</param>
    /// <param name="write">Writes a snapshot.</param>
    /// <param name="isRecorded">Whether the events come from a recording.</param>
    public static async Task<ExitCode> RunAsync(IAsyncEnumerable<FeedEvent> events, Func<bool> hasMore, Action<MarketSnapshot, IBufferWriter<byte>> write, bool isRecorded)
    {
        await using Stream output = StandardOutput.Open();
        ArrayBufferWriter<byte> lines = new();
        await foreach (FeedEvent feedEvent in events)
        {
            if (feedEvent is MarketSnapshot snapshot)
            {
                write(snapshot, lines);
                lines.Write("\n"u8);
            }
            else
            {
                string moment = feedEvent.ReceivedAt.InTehran().ToString(isRecorded ? "yyyy-MM-dd HH:mm:ss.fff" : "HH:mm:ss.fff", CultureInfo.InvariantCulture);
                await Console.Error.WriteLineAsync($"{moment} {EventText.Of(feedEvent, isRecorded)}");
            }

            // Many lines in a single write: only when nothing more waits, or when the buffer is full.
            if (lines.WrittenCount > 0 && (lines.WrittenCount > FullLines || !hasMore()) && !TryWrite(output, lines))
            {
                return ExitCode.Success;
            }
        }

        TryWrite(output, lines);
        return ExitCode.Success;
    }

    /// <summary>Writes the lines gathered so far. Returns false if the reader of the pipe has closed it.</summary>
    private static bool TryWrite(Stream output, ArrayBufferWriter<byte> lines)
    {
        bool isRead = StandardOutput.TryWrite(output, lines.WrittenSpan);
        lines.ResetWrittenCount();
        return isRead;
    }

    /// <summary>Writes a snapshot in the form of the wire, which <see cref="MarketSnapshotSerializer"/> can read.</summary>
    public static void Json(MarketSnapshot snapshot, IBufferWriter<byte> output) => MarketSnapshotSerializer.Serialize(snapshot, output);

    /// <summary>Writes a snapshot as one line for a person.</summary>
    public static Action<MarketSnapshot, IBufferWriter<byte>> Plain(NameForm names) => (snapshot, output) => Plain(snapshot, names, output);

    private static void Plain(MarketSnapshot snapshot, NameForm names, IBufferWriter<byte> output)
    {
        BestLimitLevel best = snapshot.BestLimit.Level1;
        string name = snapshot.Contract.Value;
        string line = $"{snapshot.ReceivedAt.InTehran():HH:mm:ss.fff}  {CellText.Name(name, Math.Max(CellText.Width(name), NameWidth), names)}"
            + $"  last {Numbers.Price(snapshot.LastPrice),12}  change {Numbers.Change(snapshot.ChangeFromPreviousClose),10}"
            + $"  bid {Numbers.Price(snapshot.BestBid),12} × {Numbers.Whole(best.BidQuantity),-5}  ask {Numbers.Price(snapshot.BestAsk),12} × {Numbers.Whole(best.AskQuantity),-5}"
            + $"  volume {Numbers.Whole(snapshot.Aggregate.TotalVolume),8}  open interest {Numbers.Whole(snapshot.ContractInfo.OpenInterest),8}";
        Encoding.UTF8.GetBytes(line, output);
    }
}
