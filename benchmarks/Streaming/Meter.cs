using System.Diagnostics;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>
/// Counts what a client receives, after a warm-up and for a while, and what that costs its process. What comes after that, the client's end included, does not count.
/// What the first second costs, in which the runtime still compiles, is counted apart.
/// </summary>
internal sealed class Meter(double warmUpSeconds, double seconds)
{
    private readonly double[] _delays = new double[1_000_000];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _begun;
    private long _messages;
    private long _allocated;
    private TimeSpan _processor;
    private double _elapsed;
    private long _firstAt;
    private long _firstMessages;
    private TimeSpan _firstProcessor;
    private TimeSpan _processorAtFirst;
    private int _delayCount;

    /// <summary>Counts a message; false when it is enough.</summary>
    public bool Add(DateTimeOffset sentAt = default)
    {
        if (_elapsed > 0)
        {
            return false;
        }

        _messages++;
        // Not of each message: to ask for the time costs some of them as much as the rest.
        if (sentAt != default && _messages % 7 == 0 && _delayCount < _delays.Length)
        {
            _delays[_delayCount++] = (DateTimeOffset.UtcNow - sentAt).TotalMicroseconds;
        }

        if (_firstAt == 0)
        {
            _firstAt = Stopwatch.GetTimestamp();
            _processorAtFirst = Environment.CpuUsage.TotalTime;
        }

        if ((_messages & 15) != 0)
        {
            return true;
        }

        if (_firstMessages == 0 && Stopwatch.GetElapsedTime(_firstAt).TotalSeconds >= 1)
        {
            _firstMessages = _messages;
            _firstProcessor = Environment.CpuUsage.TotalTime - _processorAtFirst;
        }

        if (_begun == 0)
        {
            if (Stopwatch.GetElapsedTime(_started).TotalSeconds >= warmUpSeconds)
            {
                (_messages, _delayCount) = (0, 0);
                _allocated = GC.GetTotalAllocatedBytes(precise: true);
                _processor = Environment.CpuUsage.TotalTime;
                _begun = Stopwatch.GetTimestamp();
            }

            return true;
        }

        double elapsed = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        if (elapsed < seconds)
        {
            return true;
        }

        _processor = Environment.CpuUsage.TotalTime - _processor;
        _allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        _elapsed = elapsed;
        return false;
    }

    public Measured Report()
    {
        Span<double> delays = _delays.AsSpan(0, _delayCount);
        delays.Sort();
        using Process process = Process.GetCurrentProcess();
        return new Measured(
            _messages / _elapsed,
            _processor.TotalMicroseconds / _messages,
            _firstProcessor.TotalMicroseconds / _firstMessages,
            (double)_allocated / _messages,
            delays.IsEmpty ? null : delays[delays.Length / 2],
            delays.IsEmpty ? null : delays[delays.Length * 99 / 100],
            process.PeakWorkingSet64 / 1048576.0);
    }
}
