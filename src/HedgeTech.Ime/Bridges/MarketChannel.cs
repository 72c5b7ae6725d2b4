using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace HedgeTech.Ime;

/// <summary>A stream of market data as a channel that is bounded and counts what it drops. Made by <c>ToChannel</c>.</summary>
/// <remarks>
/// Thread-safe, for any number of readers. The channel completes when the stream ends, with the exception that ended it. Reads first return what is waiting.
/// </remarks>
/// <typeparam name="T">Snapshots or events.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class MarketChannel<T> : ChannelReader<T>, IAsyncDisposable
    where T : FeedEvent
{
    private readonly Channel<T> _channel;
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationToken _cancellation;
    private readonly Task _filling;
    private long _dropped;

    internal MarketChannel(IAsyncEnumerable<T> stream, int capacity, BoundedChannelFullMode fullMode, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _cancellation = cancellationToken;
        _channel = Channel.CreateBounded<T>(
            new BoundedChannelOptions(capacity) { FullMode = fullMode, SingleWriter = true },
            _ => Interlocked.Increment(ref _dropped));
        _filling = Task.Run(() => FillAsync(stream), CancellationToken.None);
    }

    /// <summary>How many items the channel has dropped because it was full, exactly. Always 0 with <see cref="BoundedChannelFullMode.Wait"/>.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Completes when the stream has ended and everything is read; faulted with the exception that ended it.</summary>
    public override Task Completion => _channel.Reader.Completion;

    /// <summary>Always true.</summary>
    public override bool CanCount => true;

    /// <summary>Always true.</summary>
    public override bool CanPeek => true;

    /// <summary>How many items are waiting.</summary>
    public override int Count => _channel.Reader.Count;

    /// <summary>Reads the next item, if one is waiting.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False if none is waiting.</returns>
    public override bool TryRead([MaybeNullWhen(false)] out T item) => _channel.Reader.TryRead(out item);

    /// <summary>Returns the next item without removing it, if one is waiting.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False if none is waiting.</returns>
    public override bool TryPeek([MaybeNullWhen(false)] out T item) => _channel.Reader.TryPeek(out item);

    /// <summary>Waits until an item can be read.</summary>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>; the stream goes on.</param>
    /// <returns>False if the stream has ended normally and everything is read. If it ended with an exception, that is thrown.</returns>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>One line: how many items are waiting and how many were dropped.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} waiting, {Dropped} dropped");

    /// <summary>Ends the stream and waits for its end. What is waiting can still be read; then the channel completes normally.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _filling.ConfigureAwait(false);
    }

    private async Task FillAsync(IAsyncEnumerable<T> stream)
    {
        Exception? failure = null;
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token, _cancellation);
        try
        {
            await foreach (T item in stream.WithCancellation(ending.Token).ConfigureAwait(false))
            {
                if (!_channel.Writer.TryWrite(item))
                {
                    await _channel.Writer.WriteAsync(item, ending.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The caller disposed of the channel.
        }
        catch (OperationCanceledException exception) when (_cancellation.IsCancellationRequested)
        {
            failure = new OperationCanceledException(exception.Message, exception, _cancellation);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _channel.Writer.Complete(failure);
    }
}
