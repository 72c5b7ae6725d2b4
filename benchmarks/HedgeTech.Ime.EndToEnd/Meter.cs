using System.Diagnostics;
using System.Text.Json;

namespace HedgeTech.Ime.EndToEnd;

/// <summary>Counts what a client receives, after a warm-up and for a while, and what that costs its process.</summary>
internal sealed class Meter(double warmUpSeconds, double seconds)
{
    private readonly double[] _delays = new double[4_000_000];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _begun;
    private long _messages;
    private long _allocated;
    private TimeSpan _processor;
    private int _delayCount;

    /// <summary>Counts a message; false when it is enough.</summary>
    public bool Add(DateTimeOffset sentAt = default)
    {
        _messages++;
        if (sentAt != default && _delayCount < _delays.Length)
        {
            _delays[_delayCount++] = (DateTimeOffset.UtcNow - sentAt).TotalMicroseconds;
        }
        else if ((_messages & 15) != 0)
        {
            return true;
        }

        if (_begun == 0)
        {
            if (Stopwatch.GetElapsedTime(_started).TotalSeconds >= warmUpSeconds)
            {
                (_messages, _delayCount) = (0, 0);
                _allocated = GC.GetTotalAllocatedBytes();
                _processor = Environment.CpuUsage.TotalTime;
                _begun = Stopwatch.GetTimestamp();
            }

            return true;
        }

        return Stopwatch.GetElapsedTime(_begun).TotalSeconds < seconds;
    }

    public string Report()
    {
        double elapsed = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        double processor = (Environment.CpuUsage.TotalTime - _processor).TotalMicroseconds;
        double allocated = GC.GetTotalAllocatedBytes() - _allocated;
        Span<double> delays = _delays.AsSpan(0, _delayCount);
        delays.Sort();
        using Process process = Process.GetCurrentProcess();
        return JsonSerializer.Serialize(new Measured(
            _messages / elapsed,
            processor / _messages,
            allocated / _messages,
            delays.IsEmpty ? null : delays[delays.Length / 2],
            delays.IsEmpty ? null : delays[delays.Length * 99 / 100],
            process.PeakWorkingSet64 / 1048576.0));
    }
}

/// <summary>What one run found.</summary>
internal sealed record Measured(double PerSecond, double Microseconds, double Bytes, double? Median, double? Percentile99, double Megabytes);
