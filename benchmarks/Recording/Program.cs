using System.Globalization;
using HedgeTech.Ime.Benchmarks.Recording;

// dotnet run -c Release --project benchmarks/Recording -- seal [--messages 400000] [--rounds 5]
// dotnet run -c Release --project benchmarks/Recording -- replay [--messages 400000] [--rounds 5]
// dotnet run -c Release --project benchmarks/Recording -- export [--messages 10000000] [--rounds 1]
// dotnet run -c Release --project benchmarks/Recording -- seek [--messages 10000000] [--rounds 20]
Dictionary<string, int> options = new() { ["--messages"] = args.FirstOrDefault() is "seek" or "export" ? 10_000_000 : 400_000, ["--rounds"] = args.FirstOrDefault() switch { "seek" => 20, "export" => 1, _ => 5 } };
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i]] = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
}

using MadeRecording recording = new();
switch (args.FirstOrDefault())
{
    case "seal":
        await Sealing.RunAsync(recording, options["--messages"], options["--rounds"]);
        return 0;
    case "replay":
        await Replaying.RunAsync(recording, options["--messages"], options["--rounds"]);
        return 0;
    case "seek":
        await Seeking.RunAsync(recording, options["--messages"], options["--rounds"]);
        return 0;
    case "export":
        await Exporting.RunAsync(recording, options["--messages"], options["--rounds"]);
        return 0;
    default:
        Console.Error.WriteLine("Name a benchmark: seal, replay, seek or export.");
        return 2;
}
