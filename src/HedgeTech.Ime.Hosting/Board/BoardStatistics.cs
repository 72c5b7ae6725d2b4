namespace HedgeTech.Ime.Hosting;

/// <summary>What a <see cref="MarketBoard"/> has counted since its feed began.</summary>
/// <param name="Received">Snapshots taken from the feed.</param>
/// <param name="Dropped">Snapshots that the feed gave up before the board could take them.</param>
/// <param name="Rejected">Messages that were no snapshots.</param>
/// <param name="Interruptions">Outages, one per connection and outage.</param>
/// <param name="InterruptedContracts">Contracts whose connection is down now.</param>
/// <param name="SilentContracts">Contracts whose connection is up and has been announced as silent, with no message since.</param>
public readonly record struct BoardStatistics(long Received, long Dropped, long Rejected, long Interruptions, int InterruptedContracts, int SilentContracts)
{
    /// <summary>One line: every count.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Received} received, {Dropped} dropped, {Rejected} rejected, {Interruptions} interruptions; contracts interrupted {InterruptedContracts}, silent {SilentContracts}");
}
