using System.Threading.Channels;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The live table: the stream updates the quotes, and a loop draws them and handles the keys.</summary>
internal sealed class LiveWatch(MarketFeed feed, string source, NameForm names, TimeProvider timeProvider)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Watchlist _list = new(feed.Contracts);
    private readonly ViewState _state = new(names);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _countedAt = timeProvider.GetTimestamp();
    private long _counted;
    private long _rate;

    /// <summary>Runs until the user quits or the stream ends.</summary>
    /// <exception cref="ImeException">The stream ended with this exception.</exception>
    public static async Task<ExitCode> RunAsync(MarketFeed feed, string source, NameForm names, CancellationToken cancellationToken)
    {
        using CancellationTokenSource quit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LiveWatch watch = new(feed, source, names, TimeProvider.System);
        Task reading = watch.ReadAsync(quit.Token);
        try
        {
            await using Stream output = StandardOutput.Open();
            using Screen screen = new(output, Consoles.Out.Profile.Capabilities.ColorSystem);
            await watch.DrawAsync(screen, reading, quit.Token);
        }
        catch (IOException)
        {
            return ExitCode.Terminated; // the terminal is gone
        }
        finally
        {
            await quit.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return ExitCode.Success;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (FeedEvent feedEvent in feed.ReadEventsAsync(cancellationToken))
        {
            _list.Apply(feedEvent);
            if (feedEvent is MarketSnapshot)
            {
                _first.TrySetResult();
            }
        }
    }

    private async Task DrawAsync(Screen screen, Task reading, CancellationToken cancellationToken)
    {
        ChannelReader<ConsoleKeyInfo> keys = Keyboard.Listen();
        Task first = _first.Task; // the first row is shown at once, not at the next tick
        Task<bool> pressed = keys.WaitToReadAsync(cancellationToken).AsTask();
        while (!reading.IsCompleted)
        {
            Quote[] quotes = _list.Quotes;
            int height = Math.Max(Console.WindowHeight, 1);
            while (keys.TryRead(out ConsoleKeyInfo key))
            {
                if (!_state.Press(key, quotes, WatchView.VisibleRows(height)))
                {
                    return;
                }
            }

            // One wait at a time, because waits without a key would accumulate; none if the keyboard is gone.
            if (pressed.IsCompleted && await pressed)
            {
                pressed = keys.WaitToReadAsync(cancellationToken).AsTask();
            }

            screen.Show(WatchView.Compose(Math.Max(Console.WindowWidth, 1), height, source, quotes, Health(), _state, timeProvider.GetUtcNow()));
            Task pause = Task.Delay(Pace, timeProvider, cancellationToken);
            bool hasRow = Array.Exists(quotes, static quote => quote.Snapshot is not null);
            await Task.WhenAny(hasRow ? pause : Task.WhenAny(first, pause), pressed.IsCompleted ? pause : pressed, reading);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await reading; // the stream has ended with an exception, which says why
    }

    private FeedHealth Health()
    {
        FeedStatistics statistics = feed.Statistics;
        if (timeProvider.GetElapsedTime(_countedAt) is { TotalSeconds: >= 1 } elapsed)
        {
            _rate = (long)Math.Round((statistics.Received - _counted) / elapsed.TotalSeconds);
            (_counted, _countedAt) = (statistics.Received, timeProvider.GetTimestamp());
        }

        return _list.Health with { State = feed.State, Statistics = statistics, Rate = _rate };
    }
}
