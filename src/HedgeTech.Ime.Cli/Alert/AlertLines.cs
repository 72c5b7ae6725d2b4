using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Writes alerts as lines to standard output.</summary>
internal sealed class AlertLines : IDisposable
{
    private readonly Stream _output = StandardOutput.Open();
    private readonly Func<Crossing, byte[]> _format;

    private AlertLines(Func<Crossing, byte[]> format) => _format = format;

    /// <summary>Lines for a person.</summary>
    public static AlertLines Plain(NameForm names) => new(crossing => Encoding.UTF8.GetBytes(Line(crossing, names)));

    /// <summary>Lines of JSON.</summary>
    public static AlertLines Json() => new(CrossingJson.Write);

    /// <summary>Writes an alert. Returns false if nobody reads it any more.</summary>
    /// <exception cref="ToolException">Standard output cannot be written.</exception>
    public bool Write(Crossing crossing) => StandardOutput.TryWrite(_output, [.. _format(crossing), (byte)'\n']);

    public void Dispose() => _output.Dispose();

    private static string Line(Crossing crossing, NameForm names) =>
        $"{crossing.At.InTehran():HH:mm:ss.fff}  {CellText.Name(crossing.Contract, CellText.Width(CellText.Printable(crossing.Contract)), names)} {crossing.What}";
}
