using System.Diagnostics;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Benchmarks.Board;

/// <summary>
/// Measures the cost of browsers for the web board of the samples, and the age of the prices that they show. The board runs in a separate process, so its CPU time
/// does not include the simulator and the browsers. Everything runs on one machine, so the timestamps of the simulator and the clock of the browsers agree.
/// </summary>
internal static class Browsers
{
    private const int WarmUpSeconds = 5;
    private const int MeasuredBrowsers = 50;

    public static async Task RunAsync(int contractCount, int rate, int browserCount, int seconds)
    {
        string[] contracts = [.. Enumerable.Range(1, contractCount).Select(static i => $"LOAD{i:000}")];
        ImeSimulatorOptions market = new() { AcceptAnyContract = true, Rate = (double)rate / contracts.Length };
        market.Contracts.Clear();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(market);
        using Process board = Start(simulator, contracts);
        Uri address = new((await LineWithAsync(board.StandardOutput, "Now listening on")).Split(": ")[^1]);
        await simulator.WhenSubscribedAsync();

        using CancellationTokenSource stop = new();
        LoadBrowser[] browsers = [.. Enumerable.Range(0, browserCount).Select(number => new LoadBrowser(address, contracts, isMeasured: number < MeasuredBrowsers))];
        Task[] reading = [.. browsers.Select(browser => browser.ReadAsync(stop.Token))];
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds), TimeProvider.System);

        board.Refresh();
        TimeSpan processor = board.TotalProcessorTime;
        long sent = simulator.Connections[0].MessagesSent;
        long begun = Stopwatch.GetTimestamp();
        Array.ForEach(browsers, static browser => browser.Begin());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
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
            $"{contracts.Length} contracts, {sent / elapsed.TotalSeconds:0} messages per second, {browsers.Length} browsers, {elapsed.TotalSeconds:0} s{(allRead ? "" : "; the stream of a browser ENDED")}"));
        Console.WriteLine(FormattableString.Invariant($"board: {processor / elapsed:0.000} cores, at most {memory} MB"));
        Console.WriteLine(FormattableString.Invariant($"updates per second of each browser: at least {browsers.Min(static browser => browser.Updates) / elapsed.TotalSeconds:0.00}"));
        double[] lags = [.. browsers.SelectMany(static browser => browser.Lags).Order()];
        Console.WriteLine(FormattableString.Invariant(
            $"from the timestamp of a message to the browser: median {lags[lags.Length / 2] * 1000:0} ms, p99 {lags[lags.Length * 99 / 100] * 1000:0} ms, worst {lags[^1] * 1000:0} ms"));
        Console.WriteLine(FormattableString.Invariant($"oldest state of a contract that any browser showed, at any moment: {browsers.Max(static browser => browser.Oldest) * 1000:0} ms"));
    }

    private static Process Start(ImeSimulator simulator, string[] contracts)
    {
        // The folder bin/Release/net10.0/ of this project is parallel to that of the sample.
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

    private static async Task<string> LineWithAsync(StreamReader output, string text)
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
}
