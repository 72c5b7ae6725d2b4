using System.Diagnostics;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>
/// Counts the messages that a client receives in a period after a warm-up, and the cost for its process. Later messages and the end of the client do not count.
/// The cost of the first second is measured separately, because the runtime still compiles then.
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

    /// <summary>Counts a message. Returns false when the measurement has ended.</summary>
    public bool Add(DateTimeOffset sentAt = default)
    {
        if (_elapsed > 0)
        {
            return false;
        }

        _messages++;
        // Only measures some messages, because for fast clients reading the clock costs as much as the message.
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
