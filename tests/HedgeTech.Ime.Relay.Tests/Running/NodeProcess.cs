using System.Diagnostics;
using System.Globalization;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>A separate process with a publisher for each of several relays. A test can kill and freeze it.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const string Variable = "IME_RELAY_NODE";

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (bool IsLeading, bool IsReady)> _states = [];
    private readonly Dictionary<string, int> _unready = [];
    private readonly Task _listening;

    private NodeProcess(Process process)
    {
        _process = process;
        _listening = ListenAsync();
    }

    /// <summary>The relays that the publishers of this process lead.</summary>
    public string[] Leads
    {
        get
        {
            lock (_gate)
            {
                return [.. _states.Where(static state => state.Value.IsLeading).Select(static state => state.Key)];
            }
        }
    }

    /// <summary>Returns whether the publisher of a relay is a standby that could lead without a gap.</summary>
    public bool IsReady(string relay)
    {
        lock (_gate)
        {
            return _states.TryGetValue(relay, out (bool IsLeading, bool IsReady) state) && state is { IsReady: true, IsLeading: false };
        }
    }

    /// <summary>Returns how often the publisher of a relay became a standby that could not lead without a gap.</summary>
    public int Unready(string relay)
    {
        lock (_gate)
        {
            return _unready.GetValueOrDefault(relay);
        }
    }

    /// <summary>Starts the process.</summary>
    /// <param name="configuration">The configuration of Redis.</param>
    /// <param name="client">The address and the account of the service.</param>
    /// <param name="lease">The length of the lease.</param>
    /// <param name="hot">Whether the standbys are hot.</param>
    /// <param name="relays">The relays, each with the names of its contracts.</param>
    public static NodeProcess Start(string configuration, ImeClientOptions client, TimeSpan lease, bool hot, IReadOnlyDictionary<string, string[]> relays)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                [Variable] = string.Join('|', configuration, client.BaseAddress, client.Username, client.Password, lease.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), hot ? "hot" : "warm",
                    string.Join(',', relays.Select(static relay => $"{relay.Key}={string.Join('+', relay.Value)}"))),
                ["DOTNET_TieredPGO"] = "0",
            },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        }

        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>Sends a signal to the process: KILL, STOP or CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        if (signal == "KILL")
        {
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Asks the process to end normally.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _listening;
        _process.Dispose();
    }

    /// <summary>Whether <see cref="Start"/> started this process.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>The main method of the process.</summary>
    public static async Task<int> RunAsync()
    {
        string[] asked = Environment.GetEnvironmentVariable(Variable)!.Split('|');
        Dictionary<string, RelayPublisher> publishers = [];
        List<ImeClient> clients = [];
        List<Task> running = [];
        foreach (string[] relay in asked[6].Split(',').Select(static relay => relay.Split('=')))
        {
            ImeClient client = new(new ImeClientOptions { BaseAddress = new Uri(asked[1]), Username = asked[2], Password = asked[3] });
            RelayPublisher publisher = new(client, ContractSet.ByName(relay[1].Split('+')), new RelayOptions
            {
                Configuration = asked[0],
                Name = relay[0],
                LeaseDuration = TimeSpan.FromMilliseconds(double.Parse(asked[4], CultureInfo.InvariantCulture)),
                HotStandby = asked[5] == "hot",
            });
            clients.Add(client);
            publishers.Add(relay[0], publisher);
            running.Add(publisher.RunAsync());
        }

        Task<int> input = Task.Run(static () => Console.OpenStandardInput().ReadByte()); // completes when the parent closes the input or ends
        Dictionary<string, (bool IsLeading, bool IsReady)> shown = [];
        while (!input.IsCompleted)
        {
            foreach ((string name, RelayPublisher publisher) in publishers)
            {
                (bool IsLeading, bool IsReady) state = (publisher.Role == RelayRole.Leading, publisher.IsReady);
                if (!shown.TryGetValue(name, out (bool, bool) before) || before != state)
                {
                    shown[name] = state;
                    Console.WriteLine($"{name} {state.IsLeading} {state.IsReady}");
                }
            }

            await Task.WhenAny(input, Task.Delay(10));
        }

        await Task.WhenAll(publishers.Values.Select(static publisher => publisher.DisposeAsync().AsTask()));
        await Task.WhenAll(running);
        foreach (ImeClient client in clients)
        {
            await client.DisposeAsync();
        }

        return 0;
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is not [var relay, var leading, var ready])
            {
                continue;
            }

            lock (_gate)
            {
                (bool IsLeading, bool IsReady) state = (bool.Parse(leading), bool.Parse(ready));
                bool wasReady = _states.TryGetValue(relay, out (bool IsLeading, bool IsReady) before) && (before.IsReady || before.IsLeading);
                if (wasReady && state is { IsReady: false, IsLeading: false })
                {
                    _unready[relay] = _unready.GetValueOrDefault(relay) + 1;
                }

                _states[relay] = state;
            }
        }

        lock (_gate)
        {
            _states.Clear();
        }
    }
}
