namespace HedgeTech.Ime;

/// <summary>The price limits of the trading day, in Rial. Wire: <c>data.AllowedPriceRange</c>.</summary>
/// <remarks>Prices outside the range occur on the wire, so the client does not validate prices against it.</remarks>
/// <param name="Minimum">The lowest price an order may have. Wire: <c>minAllowedPrice</c>.</param>
/// <param name="Maximum">The highest price an order may have. Wire: <c>maxAllowedPrice</c>.</param>
public readonly record struct AllowedPriceRange(decimal Minimum, decimal Maximum)
{
    /// <summary>One line: <c>from 1 to 9999999999</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"from {Minimum} to {Maximum}");
}
