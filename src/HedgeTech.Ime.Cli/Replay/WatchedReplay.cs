using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Replay;

/// <summary>A recording on the screen of <c>ime watch</c>.</summary>
/// <param name="recording">The recording.</param>
/// <param name="player">Plays it.</param>
/// <param name="time">The clock of the wall.</param>
internal sealed class WatchedReplay(OpenRecording recording, ReplayPlayer player, TimeProvider time) : IWatched
{
    private long _countedAt = time.GetTimestamp();
    private long _counted;
    private long _rate;

    public ContractSet Contracts => recording.Contracts;

    public string Source { get; } = Terminal.CellText.Printable(recording.Folder);

    // The clock of the wall goes on between two events, but not past the end.
    public DateTimeOffset Now => player.Now is var now && (player.IsOver || now > recording.End) ? recording.End : now;

    public bool IsRecorded => true;

    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken) => player.PlayAsync(recording.StreamAsync(cancellationToken), cancellationToken);

    public FeedHealth Complete(FeedHealth health)
    {
        if (time.GetElapsedTime(_countedAt) is { TotalSeconds: >= 1 } elapsed)
        {
            _rate = (long)Math.Round((player.Played - _counted) / elapsed.TotalSeconds);
            (_counted, _countedAt) = (player.Played, time.GetTimestamp());
        }

        return health with { Rate = player.IsOver ? 0 : _rate, Playback = new Playback(recording.ShareAt(Now), player.Speed, player.IsPaused, player.IsOver) };
    }

    public bool Press(ConsoleKeyInfo key)
    {
        switch (key.KeyChar)
        {
            case ' ' or 'p':
                player.TogglePause();
                return true;
            case '.':
                player.Step();
                return true;
            case '+' or '=':
                player.ChangeSpeed(2);
                return true;
            case '-' or '_':
                player.ChangeSpeed(0.5);
                return true;
            default:
                return false;
        }
    }
}
