using System.Diagnostics;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>Measures the time from the start of a process to its first snapshot, for each way in which .NET can compile it. Run it in the folder of the repository. Native code needs clang or gcc.</summary>
internal static class StartUp
{
    private const string Program = "benchmarks/Streaming/FirstSnapshot.cs";

    private static readonly (string Name, string[] Arguments)[] Ways =
    [
        ("JIT compiled", ["--self-contained", "false", "-p:PublishAot=false"]),
        ("ready to run", ["--self-contained", "false", "-p:PublishAot=false", "-p:PublishReadyToRun=true"]),
        ("native", ["-p:PublishAot=true"]),
    ];

    public static async Task RunAsync(int rounds)
    {
        DirectoryInfo work = Directory.CreateTempSubdirectory("startup");
        string[] programs = new string[Ways.Length];
        for (int way = 0; way < Ways.Length; way++)
        {
            string output = Path.Combine(work.FullName, $"{way}");
            programs[way] = Path.Combine(output, "out", "FirstSnapshot");
            await RunAsync("dotnet",
            [
                "publish", Program, "-c", "Release", "--use-current-runtime", "--artifacts-path", output, "-o", Path.Combine(output, "out"),
                "-p:RestoreLockedMode=false", $"-p:NuGetLockFilePath=obj/startup{way}.lock.json", .. Ways[way].Arguments,
            ]);
        }

        // The server sends often, so that the wait for a message is a small part of the time.
        await using ServerProcess server = await ServerProcess.StartAsync(2000, 1, "python");
        List<double>[] times = [.. Ways.Select(static _ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            for (int way = 0; way < Ways.Length; way++)
            {
                long begun = Stopwatch.GetTimestamp();
                string output = await RunAsync(programs[way], [server.Address]);
                if (!output.StartsWith("C00001", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"{Ways[way].Name} received nothing: {output}");
                }

                if (round >= 0)
                {
                    times[way].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                }
            }
        }

        double Median(int way) => times[way].Order().ElementAt(rounds / 2);
        Console.WriteLine($"From the start of the process to its first snapshot, medians of {rounds} interleaved rounds");
        Console.WriteLine();
        Console.WriteLine("| | ratio | ms | size, MB |");
        Console.WriteLine("|---|---|---|---|");
        for (int way = 0; way < Ways.Length; way++)
        {
            long size = Directory.EnumerateFiles(Path.GetDirectoryName(programs[way])!).Where(static file => !file.EndsWith(".dbg", StringComparison.Ordinal) && !file.EndsWith(".pdb", StringComparison.Ordinal)).Sum(static file => new FileInfo(file).Length);
            Console.WriteLine(FormattableString.Invariant($"| {Ways[way].Name} | {Median(way) / Median(0):0.00} | {Median(way):0} | {size / 1048576.0:0.0} |"));
        }

        work.Delete(recursive: true);
    }

    /// <summary>Runs a program until it prints its first line, and returns that line. Runs dotnet to its end, and returns all its output.</summary>
    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = program == "dotnet" ? await process.StandardOutput.ReadToEndAsync() : await process.StandardOutput.ReadLineAsync() ?? "";
        if (program != "dotnet")
        {
            // The time to close the connection does not count.
            process.Kill();
        }

        await process.WaitForExitAsync();
        return program != "dotnet" || process.ExitCode == 0 ? output : throw new InvalidOperationException(output);
    }
}
