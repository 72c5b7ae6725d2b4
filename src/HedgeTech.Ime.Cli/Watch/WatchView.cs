using System.Globalization;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Draws the whole screen (title, page, footer) from the data and the user's choices.</summary>
internal static class WatchView
{
    private const int SmallestWidth = 40;
    private const int SmallestHeight = 8;
    private const int ProgressWidth = 16;
    private const int WideEnoughForDate = 96;
    private const int Frames = 5; // title, column headers, event, state, keys

    /// <summary>The keys, and the help text for each.</summary>
    public static IReadOnlyList<(string Key, string Meaning)> Keys { get; } =
    [
        ("↑ ↓  k j", "choose a contract, also with PgUp, PgDn, Home, End"),
        ("enter", "show or leave the page of the chosen contract"),
        ("s", "sort by: as given, name, delivery, change, volume, open interest, spread, age"),
        ("c", "show or hide how much each month costs more than the front month, and sort by delivery"),
        ("r", "reverse the order"),
        ("/", "filter by part of the name; enter keeps the filter, esc removes it"),
        ("space  p", "pause the screen; the stream continues"),
        ("?  h", "this help"),
        ("q  ctrl+c", "quit"),
    ];

    /// <summary>The keys of a replay, and the help text for each.</summary>
    public static IReadOnlyList<(string Key, string Meaning)> ReplayKeys { get; } =
    [
        ("space  p", "pause or resume the replay"),
        (".", "one event forward, while the replay is paused"),
        ("+", "twice as fast"),
        ("-", "half as fast"),
    ];

    /// <summary>Returns how many contracts fit on a screen.</summary>
    public static int VisibleRows(int height) => Math.Max(height - Frames, 1);

    public static Frame Compose(int width, int height, string source, Quote[] quotes, FeedHealth health, ViewState state, DateTimeOffset now)
    {
        Frame frame = new(width, height);
        if (width < SmallestWidth || height < SmallestHeight)
        {
            frame.Put(0, 0, CellText.Cut($"Too small. At least {SmallestWidth} × {SmallestHeight}.", width), Palette.Warning);
            return frame;
        }

        Quote[] rows = state.Rows(quotes);
        Title(frame, source, quotes.Length, rows.Length, state, health.Playback is not null);
        if (state.ShowsHelp)
        {
            Help(frame, health.Playback is null ? Keys : [.. ReplayKeys, .. Keys.Where(static key => !ReplayKeys.Any(own => own.Key == key.Key))]);
        }
        else if (state.ShowsDetail && rows.Length > 0)
        {
            DetailView.Compose(frame, 2, rows[state.Place(rows, VisibleRows(height))], state.Names, now);
        }
        else
        {
            TableView.Compose(frame, 1, height - Frames + 1, quotes, rows, state, now);
        }

        frame.ClearFrom(height - 3); // a page that is too long is cut above the footer
        frame.Put(height - 3, 0, Event(health, width), Palette.Quiet);
        frame.Put(height - 2, 0, health.Playback is { } playback ? Replay(health, playback, now, width) : State(health, now));
        frame.Put(height - 1, 0, CellText.Left(KeyLine(state, width, health.Playback is not null), width), Palette.Quiet);
        return frame;
    }

    private static void Title(Frame frame, string source, int all, int shown, ViewState state, bool isReplay)
    {
        string order = state.Sorting == Sorting.AsGiven && !state.IsReversed ? "" : $"   by {Words(state.Sorting)}{(state.IsReversed ? ", reversed" : "")}";
        string filter = state.IsTyping || state.Filter.Length > 0 ? $"   filter: {state.Filter}{(state.IsTyping ? "_" : "")}" : "";
        string count = shown == all ? Quantities.Count(all, "contract") : $"{shown} of {Quantities.Count(all, "contract")}";
        int column = frame.Put(0, 1, (isReplay ? "ime replay" : "ime watch", Palette.Title), ($"   {source}   {count}{order}{filter}", Palette.Plain));
        if (state.IsPaused)
        {
            frame.Put(0, column, "   PAUSED", Palette.Warning);
        }
    }

    private static void Help(Frame frame, IReadOnlyList<(string Key, string Meaning)> keys)
    {
        int row = 3;
        foreach ((string key, string meaning) in keys)
        {
            frame.Put(row, 2, CellText.Left(key, 11), Palette.Strong);
            foreach (string line in CellText.Lines(meaning, frame.Width - 15))
            {
                frame.Put(row++, 13, line, Palette.Plain);
            }
        }
    }

    private static string Event(FeedHealth health, int width) =>
        CellText.Left(health.LastEvent.Length == 0 ? "" : $" {health.LastEventAt.InTehran():HH:mm:ss} {health.LastEvent}", width);

    private static IEnumerable<(string, Style)> State(FeedHealth health, DateTimeOffset now)
    {
        yield return health.State switch
        {
            FeedState.Live => (" ● live", Palette.Rise),
            FeedState.Interrupted => ($" ● down for {Numbers.Age(now - (health.DownSince ?? now))}, reconnecting", Palette.Alarm),
            FeedState.Ended => (" ● ended", Palette.Alarm),
            _ => (" ○ connecting", Palette.Warning),
        };
        yield return ($"   {Numbers.Whole(health.Rate)} msg/s", Palette.Plain);
        yield return (string.Create(CultureInfo.InvariantCulture, $"   gaps {health.Gaps}{(health.Gaps > 0 ? $" ({health.GapTime.TotalSeconds:0.0} s)" : "")}"), health.Gaps > 0 ? Palette.Warning : Palette.Plain);
        yield return ($"   dropped {Numbers.Whole(health.Statistics.Dropped)}", health.Statistics.Dropped > 0 ? Palette.Warning : Palette.Plain);
        if (health.Statistics.Rejected > 0)
        {
            yield return ($"   unreadable {Numbers.Whole(health.Statistics.Rejected)}", Palette.Warning);
        }

        yield return ($"   {now.InTehran():HH:mm:ss} Tehran", Palette.Quiet);
    }

    private static IEnumerable<(string, Style)> Replay(FeedHealth health, Playback playback, DateTimeOffset now, int width)
    {
        yield return playback switch
        {
            { IsOver: true } => (" ■ end", Palette.Title),
            { IsPaused: true } => (" ‖ paused", Palette.Warning),
            _ => (string.Create(CultureInfo.InvariantCulture, $" ▶ {playback.Speed:#,0.####}×"), Palette.Rise),
        };
        yield return ($"  {Drawings.Length(playback.Share, ProgressWidth)}", Palette.Rise);
        yield return (string.Create(CultureInfo.InvariantCulture, $"▏{playback.Share * 100,3:0}%   {now.InTehran().ToString(width >= WideEnoughForDate ? "yyyy-MM-dd HH:mm:ss" : "HH:mm:ss", CultureInfo.InvariantCulture)} Tehran   {Numbers.Whole(health.Rate)} msg/s"), Palette.Plain);
        if (health.Gaps > 0)
        {
            yield return ($"   gaps {health.Gaps}", Palette.Warning);
        }

        if (health.Missing > 0)
        {
            yield return ($"   missing {Numbers.Whole(health.Missing)}", Palette.Warning);
        }
    }

    private static string KeyLine(ViewState state, int width, bool isReplay)
    {
        if (state.IsTyping)
        {
            return " type a part of a name   enter keep   esc drop";
        }

        if (state.ShowsDetail)
        {
            return " ↑↓ other contract   esc back   p pause   ? help   q quit";
        }

        if (isReplay)
        {
            return width >= 80
                ? " space pause  . step  + - speed  ↑↓ choose  enter detail  ? help  q quit"
                : " space pause  . step  + -  enter  ? help  q quit";
        }

        return width >= 80
            ? " ↑↓ choose  enter detail  s sort  r reverse  / filter  p pause  ? help  q quit"
            : " enter detail  s sort  / filter  ? help  q quit";
    }

    private static string Words(Sorting sorting) => sorting switch
    {
        Sorting.AsGiven => "order given",
        Sorting.OpenInterest => "open interest",
        _ => sorting.ToString().ToLowerInvariant(),
    };
}
