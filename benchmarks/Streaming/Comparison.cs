using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>Runs the cases of a scenario in interleaved rounds. Each case runs in its own process, against a server in another process.</summary>
internal sealed class Comparison(Scenario scenario, int rounds, int seconds, string dialect)
{
    public async Task<IReadOnlyList<(Case Case, Measured Measured)>> RunAsync()
    {
        Dictionary<Case, List<Measured>> results = scenario.Cases.ToDictionary(static one => one, static _ => new List<Measured>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (Case one in scenario.Cases)
            {
                results[one].Add(await MeasureAsync(one));
            }
        }

        return [.. scenario.Cases.Select(one => (one, Measured.MedianOf(results[one])))];
    }

    private async Task<Measured> MeasureAsync(Case one)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(scenario.Rate, scenario.Burst, dialect, one.Transport);
        using Process run = Self.Start(
            "run", one.Client, "--address", server.Address, "--contracts", Text(one.Contracts), "--connections", Text(one.Connections), "--seconds", Text(seconds),
            "--transport", one.Transport.ToString());
        string output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        return run.ExitCode == 0
            ? JsonSerializer.Deserialize<Measured>(output)!
            : throw new InvalidOperationException($"{one.Label} measured nothing.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
