using System.Diagnostics;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.WebBoardLoad;

// dotnet run -c Release --project benchmarks/HedgeTech.Ime.WebBoardLoad -- [--contracts 60] [--rate 1000] [--browsers 20] [--seconds 30]
// The web board in a process of its own; the simulator and the browsers in this one, so that the board's processor time is its own.
// Two clocks that are one: the simulator's timestamps and the browsers' lags are of the same machine.
Dictionary<string, int> options = new() { ["--contracts"] = 60, ["--rate"] = 1000, ["--browsers"] = 20, ["--seconds"] = 30 };
for (int i = 0; i + 1 < args.Length; i += 2)
{
    options[args[i]] = int.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture);
}

const int WarmUpSeconds = 5;
string[] contracts = [.. Enumerable.Range(1, options["--contracts"]).Select(static i => $"LOAD{i:000}")];
ImeSimulatorOptions market = new() { AcceptAnyContract = true, Rate = (double)options["--rate"] / contracts.Length };
market.Contracts.Clear();
await using ImeSimulator simulator = await ImeSimulator.StartAsync(market);
using Process board = Start(simulator, contracts);
Uri address = new((await LineWithAsync(board.StandardOutput, "Now listening on")).Split(": ")[^1]);
await simulator.WhenSubscribedAsync();

using CancellationTokenSource stop = new();
LoadBrowser[] browsers = [.. Enumerable.Range(0, options["--browsers"]).Select(_ => new LoadBrowser(address, contracts))];
Task[] reading = [.. browsers.Select(browser => browser.ReadAsync(stop.Token))];
await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds), TimeProvider.System);

board.Refresh();
TimeSpan processor = board.TotalProcessorTime;
long sent = simulator.Connections[0].MessagesSent;
long begun = Stopwatch.GetTimestamp();
Array.ForEach(browsers, static browser => browser.Begin());
await Task.Delay(TimeSpan.FromSeconds(options["--seconds"]), TimeProvider.System);
Array.ForEach(browsers, static browser => browser.End());
TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
sent = simulator.Connections[0].MessagesSent - sent;
board.Refresh();
processor = board.TotalProcessorTime - processor;
long memory = board.PeakWorkingSet64 / 1048576;

bool allRead = reading.All(static task => !task.IsCompleted);
await stop.CancelAsync();
await Task.WhenAll(reading);
board.Kill();
Console.WriteLine(FormattableString.Invariant(
    $"{contracts.Length} contracts, {sent / elapsed.TotalSeconds:0} messages a second, {browsers.Length} browsers, {elapsed.TotalSeconds:0} s{(allRead ? "" : "; a browser's stream ENDED")}"));
Console.WriteLine(FormattableString.Invariant($"board: {processor / elapsed:0.000} cores, {memory} MB at most"));
Console.WriteLine(FormattableString.Invariant($"updates a second for each browser: {browsers.Min(static browser => browser.Updates) / elapsed.TotalSeconds:0.00} at least"));
double[] lags = [.. browsers.SelectMany(static browser => browser.Lags).Order()];
Console.WriteLine(FormattableString.Invariant(
    $"from a message's timestamp to the browser: median {lags[lags.Length / 2] * 1000:0} ms, p99 {lags[lags.Length * 99 / 100] * 1000:0} ms, worst {lags[^1] * 1000:0} ms"));
Console.WriteLine(FormattableString.Invariant($"oldest state of a contract that any browser showed, at any moment: {browsers.Max(static browser => browser.Oldest) * 1000:0} ms"));

static Process Start(ImeSimulator simulator, string[] contracts)
{
    // bin/Release/net10.0/ of this project is beside that of the sample.
    DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    string program = Path.GetFullPath(
        Path.Combine("../../../../samples/07-WebBoard/bin", framework.Parent!.Name, framework.Name, "WebBoard.dll"), framework.Parent.FullName);
    return Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", "--contracts", string.Join(',', contracts)])
    {
        RedirectStandardOutput = true,
        Environment =
        {
            ["IME_BASE_ADDRESS"] = simulator.BaseAddress.OriginalString,
            ["IME_USERNAME"] = simulator.Username,
            ["IME_PASSWORD"] = simulator.Password,
        },
    })!;
}

static async Task<string> LineWithAsync(StreamReader output, string text)
{
    while (await output.ReadLineAsync() is { } line)
    {
        if (line.Contains(text, StringComparison.Ordinal))
        {
            return line;
        }
    }

    throw new InvalidOperationException("The board did not start.");
}
