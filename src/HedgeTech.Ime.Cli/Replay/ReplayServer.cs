using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Simulate;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Replay;

/// <summary>Serves a recording over the protocol of the service, the login included, so that a client in any language can read it.</summary>
internal static class ReplayServer
{
    private const int KeptRecords = 1000; // for a server that runs for days

    /// <summary>Serves until it is asked to end. The recording begins when a client subscribes, and again when one does after the end.</summary>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static async Task<ExitCode> RunAsync(OpenRecording recording, int port, double? speed, CancellationToken cancellationToken)
    {
        ImeSimulatorOptions options = new() { Port = port, Rate = 0, MaxRecords = KeptRecords };
        options.Contracts.Clear();
        foreach (IGrouping<string, ContractKey> contract in recording.Contracts.GroupBy(static contract => contract.Value, StringComparer.Ordinal))
        {
            bool hasId = contract.Any(static key => key.Kind == ContractKeyKind.Id);
            options.Contracts.Add(new SimulatorContract { Code = contract.Key, Id = hasId ? contract.Key : null });
        }

        await using ImeSimulator server = await Simulation.StartAsync(options, cancellationToken);
        await Console.Out.WriteLineAsync(
            $"The recording in {Terminal.CellText.Printable(recording.Folder)} is served at {Simulation.Address(server)} with {Quantities.Count(recording.Contracts.Count, "contract")}. The replay starts when a client subscribes. Ctrl+C ends it.\n\n{Simulation.HowToConnect(server, OperatingSystem.IsWindows())}");
        using CancellationTokenSource quit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task telling = Simulation.TellAsync(server, quit.Token);
        try
        {
            while (true)
            {
                await server.WhenSubscribedAsync(cancellationToken: cancellationToken);
                SimulatorConnection[] present = [.. server.Connections.Where(static connection => connection.IsSubscribed)];
                await PlayAsync(server, recording, speed, cancellationToken);
                await Console.Out.WriteLineAsync("The replay has ended. It starts again for the next client.");

                // A client that connects again may be there before its old connection is gone, and even before the end, when nothing is left for it.
                SimulatorConnection[] served = [.. server.Connections.Where(connection => connection.MessagesSent > 0 || present.Contains(connection))];
                await server.WhenAsync(now => now.Connections.Any(connection => connection.IsSubscribed && !served.Contains(connection)), cancellationToken);
            }
        }
        finally
        {
            await quit.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PlayAsync(ImeSimulator server, OpenRecording recording, double? speed, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<FeedEvent> events = recording.StreamAsync(cancellationToken);
        if (speed is { } pace)
        {
            events = new ReplayPlayer(recording.Begin, pace, TimeProvider.System).PlayAsync(events, cancellationToken);
        }

        await foreach (FeedEvent happened in events)
        {
            if (happened is MarketSnapshot snapshot)
            {
                await server.PublishAsync(snapshot.Contract, snapshot.Frame, cancellationToken);
            }
        }
    }
}
