using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Writes alerts as lines to standard output.</summary>
internal sealed class AlertLines : IAlertOutput, IDisposable
{
    private readonly Stream _output;
    private readonly Func<Crossing, byte[]> _format;
    private readonly Action _nobodyReads;

    private AlertLines(Stream output, Func<Crossing, byte[]> format, Action nobodyReads)
    {
        _output = output;
        _format = format;
        _nobodyReads = nobodyReads;
    }

    public string Name => "standard output";

    /// <summary>Lines for a person.</summary>
    /// <param name="output">Standard output. It is closed with this.</param>
    /// <param name="names">How names are written.</param>
    /// <param name="nobodyReads">Called when the reader of the pipe has closed it, such as <c>head</c>.</param>
    public static AlertLines Plain(Stream output, NameForm names, Action nobodyReads) => new(output, crossing => Encoding.UTF8.GetBytes(Line(crossing, names)), nobodyReads);

    /// <summary>Lines of JSON.</summary>
    /// <inheritdoc cref="Plain"/>
    public static AlertLines Json(Stream output, Action nobodyReads) => new(output, CrossingJson.Write, nobodyReads);

    public async Task<string?> SendAsync(Crossing crossing, CancellationToken cancellationToken)
    {
        byte[] line = [.. _format(crossing), (byte)'\n'];
        try
        {
            // Writing blocks its thread for as long as a terminal has stopped, or the pipe is full.
            if (!await Task.Run(() => StandardOutput.TryWrite(_output, line), cancellationToken).WaitAsync(cancellationToken))
            {
                _nobodyReads();
            }

            return null;
        }
        catch (ToolException failure)
        {
            return failure.Message;
        }
    }

    public void Dispose() => _output.Dispose();

    private static string Line(Crossing crossing, NameForm names) =>
        $"{crossing.At.InTehran():HH:mm:ss.fff}  {CellText.Name(crossing.Contract, CellText.Width(CellText.Printable(crossing.Contract)), names)} {crossing.What}";
}
