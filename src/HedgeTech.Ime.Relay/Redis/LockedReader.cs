using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>The reader of one enumeration: pushes come on other threads, whether or not the consumer takes anything.</summary>
internal sealed class LockedReader(LogReader reader, TimeProvider timeProvider, long start) : ILogReaderInput, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);

    private volatile RelayRefusedException? _refusal;

    /// <summary>Why the reader cannot go on; null while it can.</summary>
    public RelayRefusedException? Refusal => _refusal;

    private TimeSpan Now => timeProvider.GetElapsedTime(start);

    /// <summary>Takes the next item, or says what to ask of Redis.</summary>
    public bool TryTake(out ReadItem item, out ReaderRequest? request)
    {
        TimeSpan now = Now;
        lock (_gate)
        {
            reader.Tick(now);
            bool has = reader.TryTake(out item);
            request = has ? null : reader.NextRequest(now);
            return has;
        }
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
