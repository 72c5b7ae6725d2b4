using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Hosting;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>
/// Looks at the board at a steady pace, and gives every browser the same messages. It starts with the first browser and ends with the application. No queue
/// exists for a browser: one that was busy gets what has changed since it was last there. Thread-safe.
/// </summary>
internal sealed class BoardTicker(MarketBoard board, BoardLedger ledger, ImeBoardOptions options, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile BoardTick? _newest;

    /// <summary>The updates for one browser, until it leaves or the application stops.</summary>
    /// <param name="lastEventId">The id of the last update that the browser has seen, if it was here before.</param>
    /// <param name="browserLeft">Cancelled when the browser leaves.</param>
    public async IAsyncEnumerable<SseItem<byte[]>> ReadAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken browserLeft)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(browserLeft, stopping);
        BoardTick? tick = Start();
        long seen = ledger.VersionOf(lastEventId) is { } known && known <= tick.State.Version ? known : -1;
        while (tick is not null)
        {
            yield return new SseItem<byte[]>(tick.MessageAfter(seen), "update") { EventId = ledger.IdOf(tick.State.Version), ReconnectionInterval = RetryAfter };
            seen = tick.State.Version;
            tick = await AfterAsync(tick, ending.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until there is a tick after the given one. Returns the newest; null at the end.</summary>
    private async Task<BoardTick?> AfterAsync(BoardTick tick, CancellationToken ending)
    {
        try
        {
            await tick.Next.WaitAsync(ending).ConfigureAwait(false);
            return ending.IsCancellationRequested ? null : _newest;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
    }

    private BoardTick Start()
    {
        if (_newest is { } running)
        {
            return running;
        }

        lock (_gate)
        {
            if (_newest is null)
            {
                _newest = Look(-1);
                _ = Task.Run(RunAsync, CancellationToken.None);
            }

            return _newest;
        }
    }

    private BoardTick Look(long before) => new(ledger.Refresh(), before, board.Statistics, time.GetUtcNow(), board.Contracts);

    private async Task RunAsync()
    {
        try
        {
            using PeriodicTimer timer = new(options.UpdateInterval, time);
            long heartbeat = time.GetTimestamp();
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                BoardTick last = _newest!;
                BoardTick next = Look(last.State.Version);
                if (next.State.Version != last.State.Version || next.Statistics != last.Statistics || time.GetElapsedTime(heartbeat) >= options.HeartbeatInterval)
                {
                    heartbeat = time.GetTimestamp();
                    _newest = next;
                    last.End();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The streams end with the application too.
        }
        catch (Exception failure)
        {
            _newest!.Fail(failure); // the streams end with it, and the framework logs it
        }
    }
}
