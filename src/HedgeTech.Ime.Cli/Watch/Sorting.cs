namespace HedgeTech.Ime.Cli.Watch;

/// <summary>By what the rows are sorted. The key <c>s</c> goes through them in this order.</summary>
internal enum Sorting
{
    AsGiven,
    Name,
    Change,
    Volume,
    OpenInterest,
    Spread,
    Age,
}
