namespace HedgeTech.Ime.Testing.Faults;

/// <summary>Lets the faults that come by the clock happen, and restarts that nobody awaits. Thread-safe.</summary>
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

    /// <summary>Restarts the server, after the restart under way if there is one.</summary>
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
                        // Disposed while it restarted: there is nothing to come back to.
                    }
                });
            }
        }
    }

    /// <summary>Waits for a restart under way; if it failed, that comes out here.</summary>
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
