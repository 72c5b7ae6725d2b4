using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>The reader of one enumeration: pushes come on other threads, whether or not the consumer takes anything.</summary>
internal sealed class LockedReader(LogReader reader, TimeProvider timeProvider, long start) : ILogReaderInput
{
    private readonly Lock _gate = new();
    private readonly WakeSignal _wake = new();
    private readonly Queue<ReadItem> _taken = new(); // of the consumer alone, so that it need not take the lock for each item
    private volatile RelayRefusedException? _refusal;

    /// <summary>Why the reader cannot go on; null while it can.</summary>
    public RelayRefusedException? Refusal => _refusal;

    private TimeSpan Now => timeProvider.GetElapsedTime(start);

    /// <summary>Takes the next item, or says what to ask of Redis. For the consumer alone.</summary>
    public bool TryTake(out ReadItem item, out ReaderRequest? request)
    {
        request = null;
        if (_taken.TryDequeue(out item))
        {
            return true;
        }

        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Tick(now);
            while (_taken.Count < LogEntry.MaximumItems && reader.TryTake(out ReadItem next))
            {
                _taken.Enqueue(next);
            }

            request = _taken.Count > 0 ? null : reader.NextRequest(now);
        }

        return _taken.TryDequeue(out item);
    }

    /// <summary>Waits for <see cref="Wake"/>.</summary>
    public ValueTask WaitAsync() => _wake.WaitAsync();

    public void Subscribed(int request)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Subscribed(request, now);
        }

        Wake();
    }

    public void Failed(int request)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Failed(request, now);
        }

        Wake();
    }

    public void Refused(RelayRefusedException reason)
    {
        _refusal = reason;
        Wake();
    }

    public void ConnectionLost(int subscription)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.ConnectionLost(subscription, now);
        }

        Wake();
    }

    public void Received(int subscription, LogEntry push)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Received(subscription, push, now);
        }
    }

    public void Answered(ReaderRequest request, ReaderAnswer answer)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Answered(request, answer, now);
        }

        Wake();
    }

    /// <inheritdoc/>
    public void Wake(bool here = false) => _wake.Wake(here);
}
