using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Keeps a line of its own in step with the log, so that a takeover leaves no gap.</summary>
/// <param name="reader">Reads the log.</param>
/// <param name="pairing">Compares the line with it.</param>
/// <param name="lease">The length of the lease.</param>
/// <param name="timeOf">The vendor's timestamp of a message.</param>
internal sealed class HotStandby(LogReader reader, LinePairing pairing, TimeSpan lease, Func<LogItem, long?> timeOf)
{
    private bool _isUp;
    private TimeSpan _wholeSince; // since when the line has brought everything that is compared
    private bool _isInStep;
    private bool _isPairing = true;

    /// <summary>Whether nothing can be missing between the log and what the line has brought: the line is up, and the log has shown everything from before that and everything that was dropped.</summary>
    public bool IsReady => _isUp && _isInStep;

    /// <summary>Whether what the line brings is compared with the log before it is published.</summary>
    public bool IsPairing => _isPairing;

    /// <summary>Whether something that the line has brought is not published and not known to be in the log.</summary>
    public bool HasPending => _isPairing && pairing.Pending > 0;

    public void LineShows(OutItem item, TimeSpan now)
    {
        Matched(pairing.LineShows(item, now, out bool hasOverflowed));
        if (hasOverflowed)
        {
            LoseStep(now);
        }
    }

    public List<OutItem> TakePending(bool patient) => pairing.TakePending(patient);

    /// <summary>The line has passed all that the log had before this publisher led.</summary>
    public void EndPairing()
    {
        _isPairing = false;
        pairing.Reset();
    }

    public void LineIsUp(bool isUp, bool isStandby, TimeSpan now)
    {
        if (!isUp && isStandby)
        {
            // What comes after an outage does not continue what came before it.
            _isInStep = false;
            pairing.ForgetPending();
        }

        _wholeSince = isUp && !_isUp ? now : _wholeSince;
        _isUp = isUp;
    }

    /// <summary>Takes what the reader has read. Returns whether that is everything up to the barrier of the given term.</summary>
    public bool Read(Term term, TimeSpan now)
    {
        while (reader.TryTake(out ReadItem item))
        {
            switch (item.Kind)
            {
                case ReadKind.Message:
                case ReadKind.State:
                    Matched(pairing.LogShows(item.Item, timeOf(item.Item)));
                    break;
                case ReadKind.Broken or ReadKind.Dropped:
                    pairing.Reset();
                    LoseStep(now);
                    break;
            }
        }

        // A heartbeat says what was so when it was asked for, which may be the length of the lease ago.
        if (term == Term.None && reader is { IsLevel: true, IsInterrupted: false } && reader.LastComplete >= _wholeSince + lease + LogPublisher.Margin && _isUp)
        {
            _isInStep = true;
        }

        return term != Term.None && reader.Position.Term == term;
    }

    /// <summary>A message that the line brought at this time is in the log. If it had brought everything for long enough then, the log has what came before.</summary>
    private void Matched(TimeSpan? receivedAt) => _isInStep |= _isUp && receivedAt >= _wholeSince + LogPublisher.Margin;

    /// <summary>Only from now on has the line brought everything that is compared.</summary>
    private void LoseStep(TimeSpan now) => (_isInStep, _wholeSince) = (false, now);

    /// <summary>Somebody else leads: the log is read from where this publisher knows it, and what was not confirmed may or may not be there.</summary>
    public void StandBy(LogPosition position, FeedPosition feed, List<OutItem> unconfirmed, TimeSpan now)
    {
        LoseStep(now);
        if (!_isPairing)
        {
            _isPairing = true;
            pairing.Reset();
        }

        // What is still compared came behind what was sent.
        foreach (OutItem item in unconfirmed.Concat(pairing.ForgetPending()))
        {
            LineShows(item, now);
        }

        reader.StartAt(position, feed, now);
    }
}
