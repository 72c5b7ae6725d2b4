namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The sort orders of the rows. The key <c>s</c> switches through them in this order.</summary>
internal enum Sorting
{
    AsGiven,
    Name,
    Delivery,
    Change,
    Volume,
    OpenInterest,
    Spread,
    Age,
}
