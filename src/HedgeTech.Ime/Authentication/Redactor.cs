using System.Diagnostics;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HedgeTech.Ime.Authentication;

/// <summary>Makes what a server said fit to be shown: without the secrets it may echo, without control characters, and short.</summary>
internal sealed class Redactor
{
    private const string Mask = "[redacted]";
    private const int MaxLength = 500;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string[] _forms;

    /// <summary>Hides these secrets; null and empty ones are ignored.</summary>
    public Redactor(params ReadOnlySpan<string?> secrets)
    {
        HashSet<string> forms = new(StringComparer.OrdinalIgnoreCase);
        foreach (string? secret in secrets)
        {
            if (!string.IsNullOrEmpty(secret))
            {
                // As it is, and as servers spell it back: in JSON, in a URL or a form, in HTML.
                forms.Add(secret);
                forms.Add(JsonEncodedText.Encode(WellFormed(secret)).Value);
                forms.Add(JsonEncodedText.Encode(WellFormed(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
                forms.Add(Uri.EscapeDataString(secret));
                forms.Add(WebUtility.UrlEncode(secret));
                forms.Add(WebUtility.HtmlEncode(secret));
            }
        }

        // The longest first, so that no form is broken up by a shorter one inside it.
        _forms = [.. forms.OrderByDescending(static form => form.Length)];
    }

    /// <summary>The text on one line, fit to be shown; null if nothing is left of it.</summary>
    public string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // Twice, because removing a control character can join the two halves of a secret.
        string clean = Hide(WithoutControls(Hide(text))).Trim();
        if (clean.Length > MaxLength)
        {
            int cut = char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
            clean = string.Concat(clean.AsSpan(0, cut), "…");
        }

        return clean.Length == 0 ? null : clean;
    }

    private string Hide(string text)
    {
        foreach (string form in _forms)
        {
            text = text.Replace(form, Mask, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    private static string WithoutControls(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }

        // A line break parts words, so it leaves a space; anything else leaves nothing.
        IEnumerable<char> kept = text.Select(static c => c is '\r' or '\n' or '\t' or '\u2028' or '\u2029' ? ' ' : c).Where(static c => !IsControl(c));
        return string.Concat(kept);
    }

    private static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // The JSON encoder throws on half a surrogate pair, which a password can hold though nothing can send it.
    private static string WellFormed(string text) =>
        string.Concat(text.EnumerateRunes().Select(static rune => rune.ToString()));
}
