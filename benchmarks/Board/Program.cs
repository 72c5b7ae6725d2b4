using System.Globalization;
using HedgeTech.Ime.Benchmarks.Board;

// dotnet run -c Release --project benchmarks/Board -- readers [--rounds 7]
// dotnet run -c Release --project benchmarks/Board -- browsers [--contracts 60] [--rate 1000] [--browsers 20] [--seconds 30]
Dictionary<string, int> options = new() { ["--rounds"] = 7, ["--contracts"] = 60, ["--rate"] = 1000, ["--browsers"] = 20, ["--seconds"] = 30 };
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i]] = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
}

switch (args.FirstOrDefault())
{
    case "readers":
        Readers.Run(options["--rounds"]);
        return 0;
    case "browsers":
        await Browsers.RunAsync(options["--contracts"], options["--rate"], options["--browsers"], options["--seconds"]);
        return 0;
    default:
        Console.Error.WriteLine("Name a benchmark: readers or browsers.");
        return 2;
}
