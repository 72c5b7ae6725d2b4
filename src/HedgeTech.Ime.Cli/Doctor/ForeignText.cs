using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Makes text from servers, proxies, certificates and the platform safe to show: on one line, short, without secrets. Thread-safe.</summary>
internal sealed class ForeignText
{
    private const int MaxLength = 200;

    private static readonly Redactor Controls = new();

    private readonly Redactor _redactor = new();

    /// <summary>Hides this secret from now on. Null and empty ones are ignored.</summary>
    public void Hide(string? secret) => _redactor.Hide(secret);

    /// <summary>Returns the text, safe to show.</summary>
    public string Clean(string? text) => Cut(_redactor.Clean(text) ?? "");

    /// <summary>Returns a text that cannot contain a secret, such as the name of a product, safe to show; null if nothing remains.</summary>
    public static string? Short(string? text) => Controls.Clean(text) is { } clean ? Cut(clean) : null;

    private static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
}
