using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace HedgeTech.Ime;

/// <summary>The best three levels of the order book, best first. Wire: <c>data.BestLimit</c>.</summary>
/// <param name="Level1">The best bid and the best ask. Wire: <c>"1"</c>.</param>
/// <param name="Level2">The second level. Wire: <c>"2"</c>.</param>
/// <param name="Level3">The third level. Wire: <c>"3"</c>.</param>
[SuppressMessage("Naming", "CA1710", Justification = "The wire and the exchange call it the best limit. That its levels can be enumerated is a convenience.")]
public readonly record struct BestLimit(BestLimitLevel Level1, BestLimitLevel Level2, BestLimitLevel Level3) : IReadOnlyCollection<BestLimitLevel>
{
    /// <summary>The number of levels: 3, as the service documents.</summary>
    public int Count => 3;

    /// <summary>Gets a level by its number on the wire.</summary>
    /// <param name="level">1, the best, to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is not 1, 2 or 3.</exception>
    public BestLimitLevel this[int level] => level switch
    {
        1 => Level1,
        2 => Level2,
        3 => Level3,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "The order book has the levels 1, 2 and 3."),
    };

    /// <summary>The levels, best first.</summary>
    public IEnumerator<BestLimitLevel> GetEnumerator()
    {
        yield return Level1;
        yield return Level2;
        yield return Level3;
    }

    /// <summary>One line: the levels, best first.</summary>
    public override string ToString() => string.Join(" | ", this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
