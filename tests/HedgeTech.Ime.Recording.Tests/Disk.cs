using System.Collections.Concurrent;
using HedgeTech.Ime.Recording.Writing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A disk that a test can make full or unresponsive.</summary>
internal sealed class Disk : IDisposable
{
    private readonly ManualResetEventSlim _answers = new(true);
    private readonly ManualResetEventSlim _flushes = new(true);
    private readonly ConcurrentBag<TaskCompletionSource> _watchers = [];

    private volatile TaskCompletionSource _isFlushing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of bytes that are free.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>The message of the exception when the disk is full.</summary>
    public string Refusal { get; init; } = "No space left on device.";

    public int Refusals { get; private set; }

    public ISegmentFile Create(string path) => new OnDisk(this, SegmentFileOnDisk.Create(path));

    /// <summary>Makes writes wait from now on.</summary>
    public void Stall() => _answers.Reset();

    /// <summary>Makes flushes wait from now on.</summary>
    public void StallFlush()
    {
        _isFlushing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Reset();
    }

    public void GoOn()
    {
        _answers.Set();
        _flushes.Set();
    }

    /// <summary>Completes when a flush waits.</summary>
    public Task WhenFlushing() => _isFlushing.Task;

    /// <summary>Completes when the disk refuses the next write.</summary>
    public Task WhenRefused()
    {
        TaskCompletionSource watcher = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.Add(watcher);
        return watcher.Task;
    }

    public void Dispose()
    {
        _answers.Dispose();
        _flushes.Dispose();
    }

    private sealed class OnDisk(Disk disk, ISegmentFile file) : ISegmentFile
    {
        private long _length;

        public bool IsThere => file.IsThere;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk._answers.Wait();
            int fits = (int)Math.Min(disk.Room, bytes.Length);
            file.Write(bytes[..fits], offset);
            disk.Room -= disk.Room == long.MaxValue ? 0 : fits;
            _length = Math.Max(_length, offset + fits);
            if (fits < bytes.Length)
            {
                disk.Refusals++;
                while (disk._watchers.TryTake(out TaskCompletionSource? watcher))
                {
                    watcher.SetResult();
                }

                throw new IOException(disk.Refusal);
            }
        }

        public void SetLength(long length)
        {
            file.SetLength(length);
            disk.Room += disk.Room == long.MaxValue ? 0 : _length - length;
            _length = length;
        }

        public void Flush()
        {
            disk._isFlushing.TrySetResult();
            disk._flushes.Wait();
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
