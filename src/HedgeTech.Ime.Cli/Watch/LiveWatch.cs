using System.Threading.Channels;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The live table: the stream updates the quotes, and a loop draws them and handles the keys.</summary>
internal sealed class LiveWatch(IWatched watched, NameForm names, bool showsCurve, TimeProvider timeProvider)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Watchlist _list = new(watched.Contracts, isRecorded: watched.IsRecorded);
    private readonly ViewState _state = new(names, showsCurve);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until the user quits or the stream ends.</summary>
    /// <exception cref="ImeException">The stream ended with this exception.</exception>
    public static async Task<ExitCode> RunAsync(IWatched watched, NameForm names, bool showsCurve, CancellationToken cancellationToken)
    {
        using CancellationTokenSource quit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LiveWatch watch = new(watched, names, showsCurve, TimeProvider.System);
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
        await foreach (FeedEvent feedEvent in watched.ReadEventsAsync(cancellationToken))
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
        while (!reading.IsCompleted || (watched.IsRecorded && reading.IsCompletedSuccessfully))
        {
            Quote[] quotes = _list.Quotes;
            int height = Math.Max(Console.WindowHeight, 1);
            while (keys.TryRead(out ConsoleKeyInfo key))
            {
                if (!(!_state.IsTyping && !_state.ShowsHelp && watched.Press(key)) && !_state.Press(key, quotes, WatchView.VisibleRows(height)))
                {
                    return;
                }
            }

            // One wait at a time, because waits without a key would accumulate; none if the keyboard is gone.
            if (pressed.IsCompleted && await pressed)
            {
                pressed = keys.WaitToReadAsync(cancellationToken).AsTask();
            }

            screen.Show(WatchView.Compose(Math.Max(Console.WindowWidth, 1), height, watched.Source, quotes, watched.Complete(_list.Health), _state, watched.Now));
            Task pause = Task.Delay(Pace, timeProvider, cancellationToken);
            bool hasRow = Array.Exists(quotes, static quote => quote.Snapshot is not null);
            await Task.WhenAny(hasRow ? pause : Task.WhenAny(first, pause), pressed.IsCompleted ? pause : pressed, reading.IsCompleted ? pause : reading);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await reading; // the stream has ended with an exception, which says why
    }
}
