using System.Buffers;
using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Replay;

/// <summary>Recorded messages as lines of JSON.</summary>
internal static class FrameLines
{
    /// <summary>Writes a message as it came, on one line: a line end between two values becomes a space, which means the same in JSON.</summary>
    public static void Write(MarketSnapshot snapshot, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> frame = snapshot.Frame.Span;
        Span<byte> line = output.GetSpan(frame.Length)[..frame.Length];
        frame.CopyTo(line);
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        output.Advance(frame.Length);
    }

    /// <summary>Writes a message to a terminal, without what would steer it.</summary>
    public static void WriteSafely(MarketSnapshot snapshot, IBufferWriter<byte> output) =>
        Encoding.UTF8.GetBytes(CellText.Printable(Encoding.UTF8.GetString(snapshot.Frame.Span).ReplaceLineEndings(" ")), output);
}
