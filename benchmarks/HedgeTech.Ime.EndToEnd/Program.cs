using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HedgeTech.Ime.EndToEnd;

// Without arguments: every client, in interleaved rounds, each in a process of its own, against a server in another.
// dotnet run -c Release --project benchmarks/HedgeTech.Ime.EndToEnd -- [--rate 2000] [--burst 50] [--rounds 5] [--contracts 10] [--seconds 3] [--clients sdk,discard]
Dictionary<string, string> options = [];
for (int i = 0; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

string Option(string name, string otherwise) => options.GetValueOrDefault(name, otherwise);
int Number(string name, int otherwise) => int.Parse(Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

int rate = Number("--rate", 0);
int burst = Number("--burst", 1);
int seconds = Number("--seconds", 3);
if (options.ContainsKey("--serve"))
{
    new Blaster(rate, burst, Option("--dialect", "python") == "compact").Run();
}
else if (options.TryGetValue("--run", out string? client))
{
    Meter meter = new(warmUpSeconds: 1.5, seconds);
    string[] contracts = [.. Enumerable.Range(1, Number("--contracts", 10)).Select(static i => $"CONTRACT{i:00000}")];
    await new Clients(new Uri(Option("--address", "")), contracts, meter).RunAsync(client);
    Console.WriteLine(meter.Report());
}
else
{
    await CompareAsync();
}

async Task CompareAsync()
{
    string[] clients = Option("--clients", string.Join(',', Clients.Names)).Split(',');
    Dictionary<string, List<Measured>> results = clients.ToDictionary(static name => name, static _ => new List<Measured>());
    for (int round = 0; round < Number("--rounds", 5); round++)
    {
        foreach (string name in clients)
        {
            results[name].Add(await MeasureAsync(name));
        }
    }

    Dictionary<string, Measured> medians = results.ToDictionary(static pair => pair.Key, static pair => Median(pair.Value));
    Measured first = medians[clients[0]];
    Console.WriteLine($"{(rate == 0 ? "as fast as it goes" : $"{rate} messages a second in bursts of {burst}")}; ratios to {clients[0]}, medians of {results[clients[0]].Count} interleaved rounds");
    Console.WriteLine("| client | throughput | CPU a message | bytes a message | p50 | p99 | peak memory, MB |");
    Console.WriteLine("|---|---|---|---|---|---|---|");
    foreach ((string name, Measured median) in medians)
    {
        string Delay(double? own, double? other) => own is null ? "" : other is null ? FormattableString.Invariant($"{own:0} µs") : FormattableString.Invariant($"{own / other:0.00}");
        Console.WriteLine(FormattableString.Invariant(
            $"| {name} | {median.PerSecond / first.PerSecond:0.00} | {median.Microseconds / first.Microseconds:0.00} | {median.Bytes:0} | {Delay(median.Median, first.Median)} | {Delay(median.Percentile99, first.Percentile99)} | {median.Megabytes:0} |"));
    }

    Console.WriteLine(FormattableString.Invariant($"({clients[0]}: {first.PerSecond:0} messages a second, {first.Microseconds:0.00} µs of CPU each)"));
}

async Task<Measured> MeasureAsync(string name)
{
    using Process server = Start("--serve", "1", "--rate", Option("--rate", "0"), "--burst", Option("--burst", "1"), "--dialect", Option("--dialect", "python"));
    string port = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
    using Process run = Start(
        "--run", name, "--address", $"http://127.0.0.1:{port}", "--contracts", Option("--contracts", "10"), "--seconds", Option("--seconds", "3"));
    string output = await run.StandardOutput.ReadToEndAsync();
    await run.WaitForExitAsync();
    server.Kill();
    await server.WaitForExitAsync();
    return JsonSerializer.Deserialize<Measured>(output) ?? throw new InvalidOperationException($"{name} measured nothing.");
}

static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;

static Measured Median(List<Measured> rounds)
{
    double Of(Func<Measured, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
    bool hasDelays = rounds.TrueForAll(static round => round.Median is not null);
    return new Measured(
        Of(static round => round.PerSecond),
        Of(static round => round.Microseconds),
        Of(static round => round.Bytes),
        hasDelays ? Of(static round => round.Median!.Value) : null,
        hasDelays ? Of(static round => round.Percentile99!.Value) : null,
        Of(static round => round.Megabytes));
}
