using System.CommandLine;
using System.Globalization;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Replay;

/// <summary><c>ime replay</c>: a recording on the screen, as lines, or over the protocol of the service.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        RecordingArguments recording = new();
        Option<GivenTime?> to = new("--to") { Description = "Where to end, this time included, written as for --from; a date alone means its end.", HelpName = "time", CustomParser = GivenTime.Parse };
        Option<double?> speed = new("--speed")
        {
            Description = "How fast: 1 as recorded, 10 ten times as fast. Pauses of more than a minute are shortened to one. Default: 1 for the table and --serve, as fast as possible for lines.",
            HelpName = "number",
            CustomParser = static argument => Values.Number<double>(NumberStyles.AllowDecimalPoint, static speed => speed is >= ReplayPlayer.Slowest and <= ReplayPlayer.Fastest, "a number from 0.01 to 1000000")(argument),
        };
        Option<bool> plain = new("--plain") { Description = "Write one line for each message instead of the table. This is also the default if standard output is not a terminal." };
        Option<bool> json = new("--json") { Description = "Write each message as it was received, one per line. Interruptions and damage go to standard error." };
        Option<bool> serve = new("--serve") { Description = "Serve the recording over the protocol of the service, the login included, on this machine." };
        Option<int?> port = new("--port") { Description = "With --serve: the port on 127.0.0.1. Default: any free one.", HelpName = "number", CustomParser = static argument => Values.Number<int>(NumberStyles.None, static port => port <= 65535, "from 0 to 65535")(argument) };
        Command command = new("replay", "Replay a recording: in the table of ime watch, as lines, or to clients in any language.")
        {
            recording.Folder, recording.Contracts, recording.ById, recording.From, to, speed, plain, json, serve, port,
        };
        command.Validators.Add(parsed =>
        {
            if (new[] { parsed.GetValue(plain), parsed.GetValue(json), parsed.GetValue(serve) }.Count(static one => one) > 1)
            {
                parsed.AddError("Give one of --plain, --json and --serve.");
            }

            if (parsed.GetResult(port) is not null && !parsed.GetValue(serve))
            {
                parsed.AddError("--port needs --serve.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool isServed = parsed.GetValue(serve);
            bool isScreen = Consoles.OutIsScreen && !isServed && !parsed.GetValue(json) && !parsed.GetValue(plain);
            double? pace = parsed.GetValue(speed);
            using WarningLines log = new(isScreen ? static _ => { } : static line => Console.Error.WriteLine(line));
            OpenRecording open = recording.Open(parsed, parsed.GetValue(to), new ReplayOptions { KeepFrames = parsed.GetValue(json) || isServed }, log);
            NameForm names = Console.IsOutputRedirected ? NameForm.Verbatim : RightToLeft.Auto.ToNameForm(ServiceSettings.Variable, OperatingSystem.IsWindows());
            try
            {
                return (int)(isServed ? await ReplayServer.RunAsync(open, parsed.GetValue(port) ?? 0, pace ?? 1, cancellationToken)
                    : isScreen ? await LiveWatch.RunAsync(new WatchedReplay(open, new ReplayPlayer(open.Begin, pace ?? 1, TimeProvider.System), TimeProvider.System), names, showsCurve: false, cancellationToken)
                    : await WriteAsync(open, pace, parsed.GetValue(json), names, cancellationToken));
            }
            catch (IOException failure)
            {
                throw new ToolException(ExitCode.Failure, $"The recording cannot be read: {failure.Message}", failure);
            }
        });
        return command;
    }

    private static Task<ExitCode> WriteAsync(OpenRecording open, double? pace, bool isJson, NameForm names, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<FeedEvent> events = open.StreamAsync(cancellationToken);
        if (pace is { } speed)
        {
            events = new ReplayPlayer(open.Begin, speed, TimeProvider.System).PlayAsync(events, cancellationToken);
        }

        return LineWatch.RunAsync(
            events,
            hasMore: () => pace is null,
            !isJson ? LineWatch.Plain(names) : Console.IsOutputRedirected ? FrameLines.Write : FrameLines.WriteSafely,
            isRecorded: true);
    }
}
