using System.Globalization;
using HedgeTech.Ime.Benchmarks.Relay;

// dotnet run -c Release --project benchmarks/Relay -- latency [--rounds 5] [--seconds 4]
// dotnet run -c Release --project benchmarks/Relay -- saturated [--rounds 3] [--messages 1000000]
// dotnet run -c Release --project benchmarks/Relay -- reader [--rounds 3] [--messages 200000] [--rate 20000]
// dotnet run -c Release --project benchmarks/Relay -- memory [--messages 1000000]
// dotnet run -c Release --project benchmarks/Relay -- takeover [--rounds 10]
// dotnet run -c Release --project benchmarks/Relay -- frozen [--rounds 5]
if (args is [ChildPublisher.Argument, var publisher])
{
    await ChildPublisher.RunAsync(publisher);
    return 0;
}

if (args is [ChildReader.Argument, var reader])
{
    await ChildReader.RunAsync(reader);
    return 0;
}

string what = args.FirstOrDefault() ?? "";
Dictionary<string, int> options = new() { ["--rounds"] = what switch { "takeover" => 10, "saturated" or "reader" => 3, _ => 5 }, ["--seconds"] = 4, ["--messages"] = what switch { "memory" or "saturated" => 1_000_000, "reader" => 200_000, _ => 500_000 }, ["--rate"] = 20_000 };
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i]] = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
}

switch (what)
{
    case "latency":
        await Latency.RunAsync(options["--rounds"], TimeSpan.FromSeconds(options["--seconds"]));
        return 0;
    case "saturated":
        await Saturation.RunAsync(options["--rounds"], options["--messages"], perSecond: 0);
        return 0;
    case "reader":
        await Saturation.RunAsync(options["--rounds"], options["--messages"], options["--rate"]);
        return 0;
    case "memory":
        await Memory.RunAsync(options["--messages"]);
        return 0;
    case "takeover":
        await Takeovers.RunAsync(options["--rounds"]);
        return 0;
    case "frozen":
        await Freezing.RunAsync(options["--rounds"]);
        return 0;
    default:
        Console.Error.WriteLine("Say which: latency, saturated, reader, memory, takeover or frozen.");
        return 2;
}
