using System.Runtime.ExceptionServices;

namespace HedgeTech.Ime.Bridges;

/// <summary>Passes the items of a stream to an observer, one at a time, on the thread that brings them.</summary>
internal sealed class ObservableSubscription<T> : IDisposable
{
    private readonly IObserver<T> _observer;
    private readonly CancellationTokenSource _leaving = new();

    public ObservableSubscription(IAsyncEnumerable<T> stream, IObserver<T> observer)
    {
        _observer = observer;

        // On the pool, because a recording can give all its snapshots without a wait, and Subscribe must return.
        _ = Task.Run(() => RunAsync(stream), CancellationToken.None);
    }

    /// <summary>Ends the enumeration. A call of the observer that has already started may end after that.</summary>
    public void Dispose() => _leaving.Cancel();

    private async Task RunAsync(IAsyncEnumerable<T> stream)
    {
        Exception? failure = null;
        try
        {
            await foreach (T item in stream.WithCancellation(_leaving.Token).ConfigureAwait(false))
            {
                if (_leaving.IsCancellationRequested || !TryNext(item))
                {
                    return;
                }
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (!_leaving.IsCancellationRequested)
        {
            End(failure);
        }
    }

    private bool TryNext(T item)
    {
        try
        {
            _observer.OnNext(item);
            return true;
        }
        catch (Exception exception)
        {
            ThrowUnhandled(exception);
            return false;
        }
    }

    private void End(Exception? failure)
    {
        try
        {
            if (failure is null)
            {
                _observer.OnCompleted();
            }
            else
            {
                _observer.OnError(failure);
            }
        }
        catch (Exception exception)
        {
            ThrowUnhandled(exception);
        }
    }

    // As in an event handler: nobody but the observer could handle its exception, and it must not be lost.
    private static void ThrowUnhandled(Exception exception) =>
        ThreadPool.UnsafeQueueUserWorkItem(static thrown => thrown.Throw(), ExceptionDispatchInfo.Capture(exception), preferLocal: false);
}
