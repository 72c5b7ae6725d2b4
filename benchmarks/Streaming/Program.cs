using System.Globalization;
using System.Text.Json;
using HedgeTech.Ime.Benchmarks.Streaming;

// dotnet run -c Release --project benchmarks/Streaming -- COMMAND [OPTION VALUE]...
// COMMAND: saturated, paced, bursts, contracts, connections, transport (comparisons, which print a table, and with --svg FILE a chart), soak, startup.
// Options of comparisons: --rounds 5, --seconds 3, --only sdk,discard, --dialect python or compact. Option of soak: --seconds 600.
string command = args.Length == 0 ? "" : args[0];
int begin = command == "run" ? 2 : 1;
Dictionary<string, string> options = [];
for (int i = begin; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

Transport TransportOf() => Enum.Parse<Transport>(Option("--transport", nameof(Transport.Plain)));
string Option(string name, string otherwise) => options.GetValueOrDefault(name, otherwise);
int Number(string name, int otherwise) => int.Parse(Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

switch (command)
{
    case "serve":
        new Blaster(Number("--rate", 0), Number("--burst", 1), Option("--dialect", "python") == "compact", TransportOf()).Run();
        return 0;
    case "run":
        Meter meter = new(warmUpSeconds: 5, Number("--seconds", 3));
        await new Clients(new Uri(Option("--address", "")), Number("--contracts", 10), Number("--connections", 1), TransportOf(), meter).RunAsync(args[1]);
        Console.WriteLine(JsonSerializer.Serialize(meter.Report()));
        return 0;
    case "soak":
        await Soak.RunAsync(TimeSpan.FromSeconds(Number("--seconds", 600)));
        return 0;
    case "hold":
        await Soak.HoldAsync(new Uri(Option("--address", "")), TimeSpan.FromSeconds(Number("--seconds", 600)));
        return 0;
    case "startup":
        await StartUp.RunAsync(Number("--rounds", 11));
        return 0;
    default:
        if (Scenario.All.FirstOrDefault(one => one.Name == command) is not { } scenario)
        {
            Console.Error.WriteLine($"Name a command: {string.Join(", ", Scenario.All.Select(static one => one.Name))}, soak or startup.");
            return 2;
        }

        string[] only = Option("--only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (only.Length > 0)
        {
            scenario = scenario with { Cases = [.. scenario.Cases.Where(one => one.Label == scenario.Baseline || only.Contains(one.Label))] };
        }

        int rounds = Number("--rounds", 5);
        Report report = new(scenario, await new Comparison(scenario, rounds, Number("--seconds", 3), Option("--dialect", "python")).RunAsync());
        Console.WriteLine(report.ToTable());
        Console.WriteLine($"Medians of {rounds} interleaved rounds.");
        if (options.TryGetValue("--svg", out string? path))
        {
            await File.WriteAllTextAsync(path, report.ToSvg());
        }

        return 0;
}
