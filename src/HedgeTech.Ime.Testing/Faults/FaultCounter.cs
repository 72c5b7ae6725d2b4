namespace HedgeTech.Ime.Testing.Faults;

/// <summary>The faults after a number of messages, and how often each of them may still happen. Thread-safe.</summary>
internal sealed class FaultCounter
{
    private readonly Lock _gate = new();
    private readonly SimulatorFault[] _faults;
    private readonly int[] _left;

    public FaultCounter(IEnumerable<SimulatorFault> faults)
    {
        _faults = [.. faults.Where(fault => fault.AfterMessages is not null)];
        _left = [.. _faults.Select(fault => fault.Times)];
    }

    /// <summary>Takes the faults that happen after exactly this number of messages on a connection.</summary>
    public IReadOnlyList<SimulatorFault> TakeDue(long messages)
    {
        if (_faults.Length == 0)
        {
            return [];
        }

        lock (_gate)
        {
            List<SimulatorFault> due = [];
            for (int i = 0; i < _faults.Length; i++)
            {
                if (_faults[i].AfterMessages == messages && _left[i] > 0)
                {
                    _left[i]--;
                    due.Add(_faults[i]);
                }
            }

            return due;
        }
    }
}
