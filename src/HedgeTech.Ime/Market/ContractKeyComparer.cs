using System.Diagnostics.CodeAnalysis;

namespace HedgeTech.Ime;

/// <summary>Compares contracts without regard to Arabic or Persian letters, for your own dictionaries. The library itself never does: the service distinguishes the letters.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ContractKeyComparer : IEqualityComparer<ContractKey>
{
    private ContractKeyComparer()
    {
    }

    /// <summary>Treats the letters that keyboards mix up as equal: <c>ي</c> and <c>ی</c>, <c>ك</c> and <c>ک</c>. Everything else is compared ordinally.</summary>
    public static ContractKeyComparer PersianLetters { get; } = new();

    /// <summary>Whether both keys identify the same contract.</summary>
    /// <param name="x">One contract.</param>
    /// <param name="y">The other.</param>
    public bool Equals(ContractKey x, ContractKey y)
    {
        if (x.Kind != y.Kind || x.Value is null || y.Value is null)
        {
            return x == y;
        }

        if (x.Value.Length != y.Value.Length)
        {
            return false;
        }

        for (int i = 0; i < x.Value.Length; i++)
        {
            if (Fold(x.Value[i]) != Fold(y.Value[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns a hash code that is equal for keys that this comparer treats as equal.</summary>
    /// <param name="obj">The contract.</param>
    public int GetHashCode([DisallowNull] ContractKey obj)
    {
        HashCode hash = default;
        hash.Add(obj.Kind);
        foreach (char letter in obj.Value ?? "")
        {
            hash.Add(Fold(letter));
        }

        return hash.ToHashCode();
    }

    private static char Fold(char letter) => letter switch
    {
        '\u064A' => '\u06CC', // ARABIC LETTER YEH, ARABIC LETTER FARSI YEH
        '\u0643' => '\u06A9', // ARABIC LETTER KAF, ARABIC LETTER KEHEH
        _ => letter,
    };
}
