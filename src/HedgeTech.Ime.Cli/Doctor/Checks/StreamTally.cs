using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Counts what a stream delivered and lost while it was watched. Not thread-safe.</summary>
internal sealed class StreamTally(CaseFile file)
{
    /// <summary>If a new connection sends within this time after a mute one, the market was not silent.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly HashSet<ContractKey> _heard = [];
    private DateTimeOffset? _lastAt;
    private DateTimeOffset? _replacedAt;
    private TimeSpan _silence;

    public long Snapshots { get; private set; }

    public long Dropped { get; private set; }

    public long Rejected { get; private set; }

    public string? RejectedBecause { get; private set; }

    public Gaps Gaps { get; } = new();

    public TimeSpan LongestSilence { get; private set; }

    /// <summary>How long a connection was mute while another was not; null if there was none.</summary>
    public TimeSpan? MuteFor { get; private set; }

    public List<FeedInterrupted> Interruptions { get; } = [];

    public DelaySample Delays { get; } = new();

    public int Heard => _heard.Count;

    /// <summary>Counts an event.</summary>
    /// <returns>A note to show at once; null if there is none.</returns>
    public string? Add(FeedEvent carried)
    {
        switch (carried)
        {
            case MarketSnapshot snapshot:
                Count(snapshot);
                return null;
            case SnapshotsDropped dropped:
                Dropped += dropped.Count;
                return $"{Words.Count(dropped.Count, "message", "messages")} dropped";
            case FrameRejected rejected:
                Rejected++;
                RejectedBecause ??= file.Text.Clean(rejected.Reason);
                return Rejected == 1 ? $"a message cannot be read: {RejectedBecause}" : null;
            case FeedInterrupted interrupted:
                Interruptions.Add(interrupted);
                Gaps.Start(interrupted);
                return $"interrupted: {Reason(interrupted)}";
            case FeedResumed resumed:
                Gaps.Add(resumed);
                return $"resumed after {Words.Seconds(resumed.Gap)}";
            case FeedSilent silent:
                _silence = silent.Silence;
                return $"silent for {Words.Seconds(silent.Silence)}; trying a second connection";
            case FeedConnected connected when _silence > TimeSpan.Zero:
                _replacedAt = connected.ReceivedAt;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Counts the silence until the end.</summary>
    public void End(DateTimeOffset startedAt, DateTimeOffset now) => Silent(_lastAt ?? startedAt, now);

    /// <summary>Describes in a few words why a connection ended.</summary>
    public string Reason(FeedInterrupted interrupted)
    {
        string close = interrupted.CloseStatus is { } status ? $" with status {(int)status}" : "";
        string said = file.Text.Clean(interrupted.Description) is { Length: > 0 } text ? $" ({text})" : "";
        return interrupted.Reason switch
        {
            InterruptionReason.Closed => $"the server closed the connection{close}{said}",
            InterruptionReason.ConnectionLost => "the connection was cut without a close frame",
            InterruptionReason.KeepAliveTimeout => "the server did not answer pings",
            InterruptionReason.Silence => "the connection was mute",
            InterruptionReason.Refused => $"the server refused the token{close}{said}",
            InterruptionReason.LoginFailed => "the client could not get a new token",
            InterruptionReason.ConnectFailed => $"the client could not connect{said}",
            _ => interrupted.Reason.ToString(),
        };
    }

    private void Count(MarketSnapshot snapshot)
    {
        Snapshots++;
        _heard.Add(snapshot.Contract);
        if (_lastAt is { } last)
        {
            Silent(last, snapshot.ReceivedAt);
        }

        if (_replacedAt is { } replaced && snapshot.ReceivedAt - replaced < Soon)
        {
            MuteFor = _silence > (MuteFor ?? TimeSpan.Zero) ? _silence : MuteFor;
        }

        (_lastAt, _replacedAt, _silence) = (snapshot.ReceivedAt, null, TimeSpan.Zero);
        if (TimestampReading.Of(snapshot, file.Options.TimestampOffset, file.ClockOffset) is { } reading)
        {
            // A timestamp that was read with the wrong offset is off by the difference from the right one.
            Delays.Add(reading.Delay - (file.Options.TimestampOffset - file.TimestampOffset));
        }
    }

    private void Silent(DateTimeOffset from, DateTimeOffset to)
    {
        TimeSpan silence = to - from;
        LongestSilence = silence > LongestSilence ? silence : LongestSilence;
    }
}
