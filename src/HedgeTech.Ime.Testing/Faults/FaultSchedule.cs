namespace HedgeTech.Ime.Testing.Faults;

/// <summary>Triggers the faults that are scheduled by time, and runs restarts that nobody awaits. Thread-safe.</summary>
internal sealed class FaultSchedule(ImeSimulator simulator, IEnumerable<SimulatorFault> faults, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ITimer> _timers = [];
    private Task _restarting = Task.CompletedTask;
    private bool _isOver;

    public void Begin()
    {
        foreach (SimulatorFault fault in faults)
        {
            if (fault.After is { } after)
            {
                int left = fault.Times;
                TimeSpan again = fault.Times > 1 ? after : Timeout.InfiniteTimeSpan;
                lock (_gate)
                {
                    _timers.Add(timeProvider.CreateTimer(
                        _ =>
                        {
                            if (Interlocked.Decrement(ref left) >= 0)
                            {
                                Happen(fault);
                            }
                        },
                        null,
                        after,
                        again));
                }
            }
        }
    }

    /// <summary>Restarts the server, after any restart already in progress.</summary>
    public void BeginRestart()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                Task before = _restarting;
                _restarting = Task.Run(async () =>
                {
                    await before.ConfigureAwait(false);
                    try
                    {
                        await simulator.RestartAsync().ConfigureAwait(false);
                    }
                    catch (ObjectDisposedException) when (Volatile.Read(ref _isOver))
                    {
                        // The simulator was disposed during the restart, so there is nothing to start again.
                    }
                });
            }
        }
    }

    /// <summary>Waits for a restart in progress, and throws if it failed.</summary>
    public async ValueTask DisposeAsync()
    {
        ITimer[] timers;
        Task restarting;
        lock (_gate)
        {
            _isOver = true;
            timers = [.. _timers];
            restarting = _restarting;
        }

        foreach (ITimer timer in timers)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        await restarting.ConfigureAwait(false);
    }

    private void Happen(SimulatorFault fault)
    {
        switch (fault.Kind)
        {
            case SimulatorFaultKind.Drop:
                simulator.Drop();
                break;
            case SimulatorFaultKind.End:
                _ = simulator.EndAsync();
                break;
            case SimulatorFaultKind.Close:
                _ = simulator.CloseAsync(fault.CloseStatus, fault.CloseReason);
                break;
            case SimulatorFaultKind.Stall:
                simulator.Stall();
                break;
            case SimulatorFaultKind.FreezePongs:
                simulator.FreezePongs();
                break;
            case SimulatorFaultKind.RevokeTokens:
                simulator.RevokeTokens();
                break;
            case SimulatorFaultKind.Restart:
                BeginRestart();
                break;
        }
    }
}
