namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Keeps a sample of limited size of all delays, evenly spread over them. Not thread-safe.</summary>
internal sealed class DelaySample
{
    private const int Size = 8192;

    private readonly List<TimeSpan> _kept = [];
    private long _seen;
    private int _stride = 1;

    public bool IsEmpty => _kept.Count == 0;

    public void Add(TimeSpan delay)
    {
        if (_seen++ % _stride != 0)
        {
            return;
        }

        _kept.Add(delay);
        if (_kept.Count == Size)
        {
            // Every second delay is dropped, and from now on only every second one is kept.
            for (int i = 0; i < Size / 2; i++)
            {
                _kept[i] = _kept[2 * i];
            }

            _kept.RemoveRange(Size / 2, Size / 2);
            _stride *= 2;
        }
    }

    /// <summary>Returns the delay that the given fraction of all delays, from 0 to 1, does not exceed.</summary>
    public TimeSpan Quantile(double part)
    {
        TimeSpan[] sorted = [.. _kept.Order()];
        return sorted[(int)Math.Clamp(Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
