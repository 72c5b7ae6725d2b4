using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>The reader of one enumeration: pushes come on other threads, whether or not the consumer takes anything.</summary>
internal sealed class LockedReader(LogReader reader, TimeProvider timeProvider, long start) : ILogReaderInput, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
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

    /// <summary>Waits for <see cref="Wake"/>. Without a time or a token, waiting costs much less.</summary>
    public Task WaitAsync() => _wake.WaitAsync(CancellationToken.None);

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

        Wake();
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

    /// <summary>Ends the wait: something has come, or it is time to look.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (ObjectDisposedException)
            {
                // The enumeration has ended, and this is a last answer of its connection.
            }
        }
    }

    public void Dispose() => _wake.Dispose();
}
