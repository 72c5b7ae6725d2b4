namespace HedgeTech.Ime;

/// <summary>A snapshot, with the values of the window that ends with it.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Window">The values of the window of its contract.</param>
public readonly record struct WindowedSnapshot(MarketSnapshot Snapshot, RollingValues Window)
{
    /// <summary>One line: the snapshot and the values.</summary>
    public override string ToString() => $"{Snapshot}; {Window}";
}
