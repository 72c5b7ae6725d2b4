using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Makes what others said (servers, proxies, certificates, the platform) fit to be shown: on one line, short, without secrets. Thread-safe.</summary>
internal sealed class ForeignText
{
    private const int MaxLength = 200;

    private static readonly Redactor Controls = new();

    private readonly Redactor _redactor = new();

    /// <summary>Hides this from now on; null and empty are ignored.</summary>
    public void Hide(string? secret) => _redactor.Hide(secret);

    /// <summary>The text, fit to be shown.</summary>
    public string Clean(string? text) => Cut(_redactor.Clean(text) ?? "");

    /// <summary>A text that can hold no secret, such as the name of a product, fit to be shown; null where there is nothing.</summary>
    public static string? Short(string? text) => Controls.Clean(text) is { } clean ? Cut(clean) : null;

    private static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
}
