namespace HedgeTech.Ime.Hosting;

/// <summary>The counts of a <see cref="MarketBoard"/> since its feed started.</summary>
/// <param name="Received">Snapshots taken from the feed.</param>
/// <param name="Dropped">Snapshots that the feed dropped before the board could take them.</param>
/// <param name="Rejected">Messages that were not valid snapshots.</param>
/// <param name="Interruptions">Outages, counted once per connection.</param>
/// <param name="InterruptedContracts">Contracts whose connection is currently down.</param>
/// <param name="SilentContracts">Contracts whose connection is up, was reported as silent, and has delivered nothing since.</param>
public readonly record struct BoardStatistics(long Received, long Dropped, long Rejected, long Interruptions, int InterruptedContracts, int SilentContracts)
{
    /// <summary>One line: every count.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Received} received, {Dropped} dropped, {Rejected} rejected, {Interruptions} interruptions; contracts interrupted {InterruptedContracts}, silent {SilentContracts}");
}
