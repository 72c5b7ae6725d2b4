using System.Buffers;
using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Writes snapshots as lines to standard output, and events of the stream as lines to standard error.</summary>
internal static class LineWatch
{
    private const int FullLines = 32 * 1024;
    private const int NameWidth = 16;

    /// <summary>Writes until the stream or the reader of the lines ends.</summary>
    public static async Task<ExitCode> RunAsync(MarketFeed feed, Action<MarketSnapshot, IBufferWriter<byte>> write, CancellationToken cancellationToken)
    {
        await using Stream output = StandardOutput.Open();
        ArrayBufferWriter<byte> lines = new();
        await foreach (FeedEvent feedEvent in feed.ReadEventsAsync(cancellationToken))
        {
            if (feedEvent is MarketSnapshot snapshot)
            {
                write(snapshot, lines);
                lines.Write("\n"u8);
            }
            else
            {
                await Console.Error.WriteLineAsync($"{feedEvent.ReceivedAt.InTehran():HH:mm:ss.fff} {EventText.Of(feedEvent)}");
            }

            // Many lines in a single write: only when nothing more waits, or when the buffer is full.
            if (lines.WrittenCount > 0 && (feed.Statistics.Waiting == 0 || lines.WrittenCount > FullLines))
            {
                try
                {
                    output.Write(lines.WrittenSpan);
                }
                catch (IOException gone) when (StandardOutput.IsReaderGone(gone))
                {
                    return ExitCode.Success; // as with `| head`
                }
                catch (IOException failure)
                {
                    throw new ToolException(ExitCode.Failure, $"Standard output cannot be written: {failure.Message}", failure);
                }

                lines.ResetWrittenCount();
            }
        }

        return ExitCode.Success;
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
