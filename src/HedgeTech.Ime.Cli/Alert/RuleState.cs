using System.Globalization;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Decides when a rule is met. It reads no clock and does no IO: both come from its caller. Not thread-safe.</summary>
/// <param name="rule">The rule.</param>
internal abstract class RuleState(AlertRule rule)
{
    /// <summary>Creates the state of a rule.</summary>
    public static RuleState Of(AlertRule rule) => rule switch
    {
        ThresholdRule threshold => new ThresholdState(threshold),
        SilenceRule silence => new SilenceState(silence),
        GapRule gap => new GapState(gap),
        _ => throw new ArgumentException($"There is no such rule: {rule}.", nameof(rule)),
    };

    /// <summary>The contract arrived in a message, or something happened to its connection or to the whole stream.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="elapsed">The time since the start, by a clock that nobody adjusts.</param>
    /// <returns>The crossing; null if there is none.</returns>
    public virtual Crossing? On(FeedEvent happened, TimeSpan elapsed) => null;

    /// <summary>Time has passed.</summary>
    /// <param name="elapsed">The time since the start, by a clock that nobody adjusts.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="isOpen">Whether the market is open.</param>
    /// <returns>The crossing; null if there is none.</returns>
    public virtual Crossing? OnTime(TimeSpan elapsed, DateTimeOffset now, bool isOpen) => null;

    /// <summary>A crossing of this rule.</summary>
    protected Crossing Crossed(DateTimeOffset at, CrossingKind kind, FormattableString what) =>
        new() { At = at.ToUniversalTime(), Contract = rule.Contract.ToString(), Rule = rule.ToString(), Kind = kind, What = what.ToString(CultureInfo.InvariantCulture) };
}

/// <summary>A value crosses a number. An unavailable value changes nothing.</summary>
internal sealed class ThresholdState(ThresholdRule rule) : RuleState(rule)
{
    private bool _isBeyond;

    public override Crossing? On(FeedEvent happened, TimeSpan elapsed)
    {
        if (happened is not MarketSnapshot snapshot || rule.Field.Read(snapshot) is not { } value)
        {
            return null;
        }

        if (_isBeyond || !rule.Holds(value))
        {
            _isBeyond &= !rule.IsBack(value);
            return null;
        }

        _isBeyond = true;
        return Crossed(snapshot.ReceivedAt, CrossingKind.Crossed, $"{rule.Field.Name} {Numbers.Price(value)} {rule.Sign} {Numbers.Price(rule.Value)}") with { Field = rule.Field.Name, Value = value };
    }
}

/// <summary>No message of the contract arrives while the market is open.</summary>
internal sealed class SilenceState(SilenceRule rule) : RuleState(rule)
{
    private TimeSpan _heardAt;
    private bool _isSilent;

    public override Crossing? On(FeedEvent happened, TimeSpan elapsed)
    {
        if (happened is MarketSnapshot)
        {
            (_heardAt, _isSilent) = (elapsed, false);
        }

        return null;
    }

    public override Crossing? OnTime(TimeSpan elapsed, DateTimeOffset now, bool isOpen)
    {
        if (!isOpen)
        {
            (_heardAt, _isSilent) = (elapsed, false); // the count starts when the market opens
        }

        TimeSpan silence = elapsed - _heardAt;
        if (_isSilent || !isOpen || silence < rule.Length)
        {
            return null;
        }

        _isSilent = true;
        return Crossed(now, CrossingKind.Silent, $"silent for {silence.TotalSeconds:0} s") with { Seconds = Math.Round(silence.TotalSeconds, 3) };
    }
}

/// <summary>Messages of the contract may be missing.</summary>
internal sealed class GapState(GapRule rule) : RuleState(rule)
{
    // A relay reports its own outage as connection 0, and passes on those of the feed.
    private bool _isRelayInterrupted;
    private bool _isFeedInterrupted;

    private bool IsInterrupted => _isRelayInterrupted || _isFeedInterrupted;

    public override Crossing? On(FeedEvent happened, TimeSpan elapsed)
    {
        switch (happened)
        {
            case FeedInterrupted interrupted:
                bool wasInterrupted = IsInterrupted;
                Note(interrupted.Connection, isInterrupted: true);
                return wasInterrupted ? null : Crossed(interrupted.ReceivedAt, CrossingKind.Interrupted, $"interrupted: {interrupted.Reason}") with { Reason = interrupted.Reason };
            case FeedResumed resumed:
                Note(resumed.Connection, isInterrupted: false);
                return IsInterrupted ? null : Crossed(resumed.ReceivedAt, CrossingKind.Resumed, $"resumed after a gap of {resumed.Gap.TotalSeconds:0.0} s") with { Seconds = Math.Round(resumed.Gap.TotalSeconds, 3) };
            case SnapshotsDropped dropped:
                return Crossed(dropped.ReceivedAt, CrossingKind.Dropped, $"may lack messages: {Quantities.Count(dropped.Count, "snapshot")} dropped") with { Dropped = dropped.Count };
            default:
                return null;
        }
    }

    private void Note(int connection, bool isInterrupted)
    {
        if (connection == 0)
        {
            _isRelayInterrupted = isInterrupted;
        }
        else
        {
            _isFeedInterrupted = isInterrupted;
        }
    }
}
