using System.Buffers;
using System.Text;

namespace HedgeTech.Ime.Authentication;

/// <summary>Finds secrets in a text rune by rune, because encoders differ in which characters they escape.</summary>
/// <remarks>Thread-safe. The time is proportional to the length of any text.</remarks>
internal sealed class SecretMatcher
{
    /// <summary>Of a secret with at least this many runes, the start alone is also found, because a quotation may be cut off.</summary>
    private const int LongSecret = 16;
    private const int ShownStart = 12;

    /// <summary>Limits the ways to read one text. Only a secret with a longer run of <c>%</c>, <c>\</c> or <c>&amp;</c> has more.</summary>
    private const int MaxEnds = 32;

    private readonly Dictionary<Rune, Rune[][]> _secretsByFirst;
    private readonly SearchValues<char> _starts;

    /// <summary>Creates a matcher for these secrets, none of which is empty.</summary>
    internal SecretMatcher(IReadOnlyCollection<string> secrets)
    {
        _secretsByFirst = secrets
            .Select(static secret => secret.EnumerateRunes().Select(Rune.ToUpperInvariant).ToArray())
            .GroupBy(static runes => runes[0])
            .ToDictionary(static group => group.Key, static group => group.ToArray());
        _starts = SearchValues.Create(secrets.Count == 0 ? [] : [.. SpelledRune.Escapes, .. secrets.SelectMany(FirstCharacters)]);
    }

    /// <summary>Returns where the first secret starts and how long its spelling is; -1 if there is none.</summary>
    internal int Find(ReadOnlySpan<char> text, out int length)
    {
        int at = 0;
        for (int skipped = text.IndexOfAny(_starts); skipped >= 0; skipped = text[at..].IndexOfAny(_starts))
        {
            at += skipped;
            length = LengthAt(text[at..]);
            if (length > 0)
            {
                return at;
            }

            at++;
        }

        length = 0;
        return -1;
    }

    private static IEnumerable<char> FirstCharacters(string secret)
    {
        Rune first = secret.EnumerateRunes().First();
        return [secret[0], first.ToString()[0], Rune.ToUpperInvariant(first).ToString()[0], Rune.ToLowerInvariant(first).ToString()[0]];
    }

    /// <summary>Returns the length of the longest secret, or start of a long secret, at the start of the text; 0 if there is none.</summary>
    private int LengthAt(ReadOnlySpan<char> text)
    {
        Span<SpelledRune> spelled = stackalloc SpelledRune[SpelledRune.MostReadings];
        int longest = 0;
        foreach (SpelledRune first in spelled[..SpelledRune.Read(text, spelled)])
        {
            if (_secretsByFirst.TryGetValue(Rune.ToUpperInvariant(first.Rune), out Rune[][]? secrets))
            {
                foreach (Rune[] secret in secrets)
                {
                    longest = Math.Max(longest, LengthOf(secret, text, first.Length));
                }
            }
        }

        return longest;
    }

    /// <summary>Follows all readings of the text at the same time, so that no reading is tried twice.</summary>
    private static int LengthOf(Rune[] secret, ReadOnlySpan<char> text, int firstEnd)
    {
        Span<SpelledRune> spelled = stackalloc SpelledRune[SpelledRune.MostReadings];
        Span<int> ends = stackalloc int[MaxEnds];
        Span<int> nextEnds = stackalloc int[MaxEnds];
        ends[0] = firstEnd;
        int count = 1;
        int shared = 1;
        int longest = firstEnd;
        while (shared < secret.Length)
        {
            int nextCount = 0;
            foreach (int end in ends[..count])
            {
                foreach (SpelledRune next in spelled[..SpelledRune.Read(text[end..], spelled)])
                {
                    int nextEnd = end + next.Length;
                    if (Rune.ToUpperInvariant(next.Rune) == secret[shared] && nextCount < MaxEnds && !nextEnds[..nextCount].Contains(nextEnd))
                    {
                        nextEnds[nextCount++] = nextEnd;
                        longest = Math.Max(longest, nextEnd);
                    }
                }
            }

            if (nextCount == 0)
            {
                break;
            }

            nextEnds[..nextCount].CopyTo(ends);
            count = nextCount;
            shared++;
        }

        return shared == secret.Length || (secret.Length >= LongSecret && shared >= ShownStart) ? longest : 0;
    }
}
