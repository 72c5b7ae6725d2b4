using System.Diagnostics.CodeAnalysis;

namespace HedgeTech.Ime;

/// <summary>Compares contracts as people do, for a dictionary of your own. Nothing in this library does so by itself: to the service the letters are different.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ContractKeyComparer : IEqualityComparer<ContractKey>
{
    private ContractKeyComparer()
    {
    }

    /// <summary>Takes Arabic and Persian letters for the same where keyboards mix them up: <c>ي</c> for <c>ی</c>, and <c>ك</c> for <c>ک</c>. All else is compared ordinally.</summary>
    public static ContractKeyComparer PersianLetters { get; } = new();

    /// <summary>Whether both name the same contract.</summary>
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

    /// <summary>The same for contracts that are equal here.</summary>
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
