using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Authentication;

/// <summary>
/// The one place that all text of others passes before it is shown: of servers, of proxies, and of the platform, which quotes both.
/// It leaves without the secrets that it may echo, without control characters, and short.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Redactor
{
    private const string Mask = "[redacted]";
    private const int MaxLength = 500;

    /// <summary>The newest that are hidden: of renewed tokens those long gone need no hiding.</summary>
    private const int MostSecrets = 32;

    /// <summary>A text this long is hidden also where only its start shows, as whoever quotes it may cut it.</summary>
    private const int LongForm = 16;
    private const int ShownStart = 12;

    /// <summary>Fewer characters of base64 occur by chance.</summary>
    private const int ShortestBase64 = 8;

    private readonly Lock _gate = new();

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly List<string> _secrets = [];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile Hidden _hidden = new([]);

    /// <summary>Hides these secrets; null and empty ones are ignored.</summary>
    public Redactor(params ReadOnlySpan<string?> secrets)
    {
        foreach (string? secret in secrets)
        {
            Hide(secret);
        }
    }

    /// <summary>Hides this secret too from now on; null and empty are ignored.</summary>
    public void Hide(string? secret)
    {
        if (string.IsNullOrEmpty(secret))
        {
            return;
        }

        lock (_gate)
        {
            bool isKnown = _secrets.Remove(secret);
            _secrets.Add(secret);
            if (!isKnown)
            {
                _secrets.RemoveRange(0, Math.Max(0, _secrets.Count - MostSecrets));
                _hidden = new Hidden([.. _secrets.SelectMany(Spellings).Where(static form => form.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)]);
            }
        }
    }

    /// <summary>The text on one line, fit to be shown; null if nothing is left of it.</summary>
    public string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // Twice, because removing a control character can join the two halves of a secret.
        string clean = _hidden.Mask(PlainText.Of(_hidden.Mask(text))).Trim();
        if (clean.Length > MaxLength)
        {
            int cut = char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
            clean = string.Concat(clean.AsSpan(0, cut), "…");
        }

        return clean.Length == 0 ? null : clean;
    }

    /// <summary>
    /// An exception fit to be shown, inner exceptions included: the same one where nothing in it has to be hidden,
    /// otherwise one of the same kind, with the same facts and the same stack, whose text is cleaned.
    /// </summary>
    public Exception Clean(Exception exception) => IsClean(exception) ? exception : CleanCopy.Of(exception, this);

    private bool IsClean(Exception exception) =>
        exception.Message.Length <= MaxLength
        && !PlainText.IsHarmful(exception.Message)
        && !_hidden.IsIn(exception.Message)
        && exception.Data.Count == 0
        && (exception is AggregateException several ? several.InnerExceptions.All(IsClean) : exception.InnerException is null || IsClean(exception.InnerException));

    /// <summary>As it is, and as servers spell it back: in JSON, in a URL or a form, in HTML, in a header for basic authentication.</summary>
    private static IEnumerable<string> Spellings(string secret)
    {
        string wellFormed = string.Concat(secret.EnumerateRunes().Select(static rune => rune.ToString())); // encoders throw on half a surrogate pair
        byte[] utf8 = Encoding.UTF8.GetBytes(wellFormed);
        return
        [
            secret,
            PlainText.Of(secret),
            JsonEncodedText.Encode(wellFormed).Value,
            JsonEncodedText.Encode(wellFormed, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
            string.Concat(wellFormed.Select(static c => $"\\u{(int)c:x4}")),
            Uri.EscapeDataString(wellFormed),
            WebUtility.UrlEncode(wellFormed),
            string.Concat(utf8.Select(static b => $"%{b:x2}")),
            WebUtility.HtmlEncode(wellFormed),
            Convert.ToHexString(utf8),
            .. Base64(utf8),
        ];
    }

    /// <summary>The characters that the secret alone decides, wherever in an encoded text it stands.</summary>
    private static IEnumerable<string> Base64(byte[] secret)
    {
        for (int before = 0; before < 3; before++)
        {
            byte[] padded = [.. new byte[before], .. secret];
            string core = Convert.ToBase64String(padded)[(before == 0 ? 0 : before + 1)..Math.Max(padded.Length * 8 / 6, before + 1)];
            if (core.Length >= ShortestBase64)
            {
                yield return core;
                yield return core.Replace('+', '-').Replace('/', '_');
            }
        }
    }

    /// <summary>What to hide, ready to be searched for.</summary>
    private sealed class Hidden(string[] forms)
    {
        private readonly SearchValues<string> _starts =
            SearchValues.Create([.. forms.Select(static form => form.Length >= LongForm ? form[..ShownStart] : form)], StringComparison.OrdinalIgnoreCase);

        internal bool IsIn(ReadOnlySpan<char> text) => text.IndexOfAny(_starts) >= 0;

        internal string Mask(string text)
        {
            int at = text.AsSpan().IndexOfAny(_starts);
            if (at < 0)
            {
                return text;
            }

            StringBuilder masked = new();
            ReadOnlySpan<char> rest = text;
            for (; at >= 0; at = rest.IndexOfAny(_starts))
            {
                masked.Append(rest[..at]).Append(Redactor.Mask);
                rest = rest[(at + LengthAt(rest[at..]))..];
            }

            return masked.Append(rest).ToString();
        }

        /// <summary>The longest that stands here, be it only the start of one.</summary>
        private int LengthAt(ReadOnlySpan<char> text)
        {
            int longest = 1;
            foreach (string form in forms)
            {
                int shared = 0;
                while (shared < form.Length && shared < text.Length && char.ToUpperInvariant(form[shared]) == char.ToUpperInvariant(text[shared]))
                {
                    shared++;
                }

                if (shared == form.Length || (form.Length >= LongForm && shared >= ShownStart))
                {
                    longest = Math.Max(longest, shared);
                }
            }

            return longest;
        }
    }
}
