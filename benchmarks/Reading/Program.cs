using System.Diagnostics;
using BenchmarkDotNet.Running;
using HedgeTech.Ime.Benchmarks.Reading;
using HedgeTech.Ime.Shared;

// With --quick: runs every reader in short interleaved rounds for a minute, and prints medians. Otherwise, BenchmarkDotNet runs the benchmarks.
if (!args.Contains("--quick"))
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return;
}

const int Rounds = 41;
Console.WriteLine($"medians of {Rounds} interleaved rounds; ratios to a pass over the tokens");
Console.WriteLine("| message | HedgeTech.Ime | source-generated DTO | reflection DTO | Newtonsoft.Json | JsonDocument, 7 fields |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (string form in Messages.Forms)
{
    ReadingBenchmarks benchmarks = new() { Form = form };
    benchmarks.Setup();
    Action[] readers =
    [
        () => benchmarks.BareWalk(),
        () => benchmarks.HedgeTechIme(),
        () => benchmarks.SourceGeneratedDto(),
        () => benchmarks.ReflectionDto(),
        () => benchmarks.NewtonsoftDto(),
        () => benchmarks.JsonDocumentFields(),
    ];
    List<double>[] times = [.. readers.Select(static _ => new List<double>())];
    for (int round = -20; round < Rounds; round++)
    {
        for (int reader = 0; reader < readers.Length; reader++)
        {
            long begun = Stopwatch.GetTimestamp();
            readers[reader]();
            if (round >= 0)
            {
                times[reader].Add(Stopwatch.GetElapsedTime(begun).TotalNanoseconds / MarketCorpus.Size);
            }
        }
    }

    double[] medians = [.. times.Select(static reader => reader.Order().ElementAt(Rounds / 2))];
    Console.WriteLine(FormattableString.Invariant($"| {form} | {medians[1] / medians[0]:0.00} | {medians[2] / medians[0]:0.00} | {medians[3] / medians[0]:0.00} | {medians[4] / medians[0]:0.00} | {medians[5] / medians[0]:0.00} |  ({medians[0]:0} ns)"));
}
