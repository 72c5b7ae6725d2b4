using System.Diagnostics;
using System.Text;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Authentication;

/// <summary>
/// Cleans every text from a server, from a proxy, or from the platform, which quotes both, before it is shown:
/// removes the secrets that it may repeat and the control characters, and shortens it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Redactor
{
    private const string Mask = "[redacted]";
    private const int MaxLength = 500;

    /// <summary>How many secrets are hidden, the newest ones. Tokens that expired long ago need not be hidden.</summary>
    private const int MostSecrets = 32;

    /// <summary>A shorter piece of base64 may occur by chance.</summary>
    private const int ShortestBase64 = 8;

    private readonly Lock _gate = new();

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly List<string> _secrets = [];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile SecretMatcher _hidden = new([]);

    /// <summary>Creates a redactor that hides these secrets. Null and empty ones are ignored.</summary>
    public Redactor(params ReadOnlySpan<string?> secrets)
    {
        foreach (string? secret in secrets)
        {
            Hide(secret);
        }
    }

    /// <summary>Hides this secret too, from now on. Null and empty ones are ignored.</summary>
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
                _hidden = new SecretMatcher([.. _secrets.SelectMany(Encodings).Where(static form => form.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)]);
            }
        }
    }

    /// <summary>Returns the text on one line, safe to show; null if nothing remains.</summary>
    public string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // Twice, because removing a control character can join the two halves of a secret.
        SecretMatcher hidden = _hidden;
        string clean = Masked(PlainText.Of(Masked(text, hidden)), hidden).Trim();
        if (clean.Length > MaxLength)
        {
            int cut = char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
            clean = string.Concat(clean.AsSpan(0, cut), "…");
        }

        return clean.Length == 0 ? null : clean;
    }

    /// <summary>
    /// Returns an exception that is safe to show, with its inner exceptions: the same object if it contains nothing to hide,
    /// otherwise a copy of the same type with the same facts and stack and a cleaned text.
    /// </summary>
    public Exception Clean(Exception exception) => IsClean(exception) ? exception : CleanCopy.Of(exception, this);

    private bool IsClean(Exception exception) =>
        exception.Message.Length <= MaxLength
        && !PlainText.IsHarmful(exception.Message)
        && _hidden.Find(exception.Message, out _) < 0
        && exception.Data.Count == 0
        && (exception is AggregateException several ? several.InnerExceptions.All(IsClean) : exception.InnerException is null || IsClean(exception.InnerException));

    /// <summary>Returns the secret and those of its encodings that change all of it. The matcher finds the encodings that change single characters.</summary>
    private static IEnumerable<string> Encodings(string secret)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(secret);
        return [secret, PlainText.Of(secret), Convert.ToHexString(utf8), .. Base64(utf8)];
    }

    /// <summary>Returns the base64 characters that depend only on the secret, for each alignment of it in a longer text.</summary>
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

    private static string Masked(string text, SecretMatcher hidden)
    {
        int at = hidden.Find(text, out int length);
        if (at < 0)
        {
            return text;
        }

        StringBuilder masked = new();
        ReadOnlySpan<char> rest = text;
        for (; at >= 0; at = hidden.Find(rest, out length))
        {
            masked.Append(rest[..at]).Append(Mask);
            rest = rest[(at + length)..];
        }

        return masked.Append(rest).ToString();
    }
}
