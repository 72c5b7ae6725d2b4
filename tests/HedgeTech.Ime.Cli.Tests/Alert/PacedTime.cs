using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>A clock that the test moves, and that says which wait has begun.</summary>
/// <param name="ignored">The length of the waits that do not count, such as a time-out.</param>
internal sealed class PacedTime(TimeSpan ignored) : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Waits until something waits on this clock. Returns for how long.</summary>
    public ValueTask<TimeSpan> WhenWaitingAsync(CancellationToken cancellationToken) => _waits.Reader.ReadAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != ignored)
        {
            _waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }
}
