using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>A publisher in a process of its own, to be killed or ended.</summary>
internal sealed class ChildPublisher : IDisposable
{
    public const string Argument = "child-publisher";

    private readonly Process _process;

    private ChildPublisher(Process process) => _process = process;

    public static ChildPublisher Start(string configuration, string name, ImeClientOptions client, string contract, TimeSpan lease, bool isHot) => new(Self.Start(Argument, string.Join(
        '|', configuration, name, client.BaseAddress, client.Username, client.Password, contract, lease.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), isHot.ToString())));

    /// <summary>Completes when the publisher leads, or stands by and could lead without a gap.</summary>
    public async Task WhenAsync(string state)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line && line != state)
        {
            // Another state.
        }
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end in order.</summary>
    public void End() => _process.StandardInput.Close();

    public async Task WhenEndedAsync() => await _process.WaitForExitAsync();

    public static async Task RunAsync(string argument)
    {
        string[] asked = argument.Split('|');
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = new Uri(asked[2]), Username = asked[3], Password = asked[4] });
        await using RelayPublisher publisher = new(client, ContractSet.ByName(asked[5]), new RelayOptions
        {
            Configuration = asked[0],
            Name = asked[1],
            LeaseDuration = TimeSpan.FromMilliseconds(double.Parse(asked[6], CultureInfo.InvariantCulture)),
            HotStandby = bool.Parse(asked[7]),
        });
        using CancellationTokenSource ending = new();
        Task running = publisher.RunAsync(ending.Token);
        Task input = Task.Run(static () => Console.OpenStandardInput().ReadByte());
        string last = "";
        while (!input.IsCompleted && !running.IsCompleted)
        {
            string state = publisher.Role == RelayRole.Leading ? "leads" : publisher.Statistics is { IsReady: true, LastAnswerAt: not null } ? "ready" : "stands by";
            if (state != last)
            {
                last = state;
                Console.WriteLine(state);
            }

            await Task.WhenAny(input, running, Task.Delay(5));
        }

        await ending.CancelAsync();
        await running;
    }

    public void Dispose() => _process.Dispose();
}
