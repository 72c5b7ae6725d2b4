namespace HedgeTech.Ime.Cli.Watch;

/// <summary>A column of the table. The order is the order on the screen.</summary>
internal enum Column
{
    Contract,
    Last,
    Change,
    Percent,
    Curve,
    Trend,
    Bid,
    Ask,
    Spread,
    Depth,
    Volume,
    OpenInterest,
    Range,
    Age,
}
