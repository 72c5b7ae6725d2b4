using System.Collections.Concurrent;
using HedgeTech.Ime.Recording.Writing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A disk that becomes full or stops answering when a test says so.</summary>
internal sealed class Disk : IDisposable
{
    private readonly ManualResetEventSlim _answers = new(true);
    private readonly ConcurrentBag<TaskCompletionSource> _watchers = [];

    /// <summary>How many more bytes there is room for.</summary>
    public long Room { get; set; } = long.MaxValue;

    public int Refusals { get; private set; }

    public ISegmentFile Create(string path) => new OnDisk(this, SegmentFileOnDisk.Create(path));

    /// <summary>From now on, writes wait.</summary>
    public void Stall() => _answers.Reset();

    public void GoOn() => _answers.Set();

    /// <summary>Completes when the next write is refused.</summary>
    public Task WhenRefused()
    {
        TaskCompletionSource watcher = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.Add(watcher);
        return watcher.Task;
    }

    public void Dispose() => _answers.Dispose();

    private sealed class OnDisk(Disk disk, ISegmentFile file) : ISegmentFile
    {
        public bool IsThere => file.IsThere;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk._answers.Wait();
            int fits = (int)Math.Min(disk.Room, bytes.Length);
            file.Write(bytes[..fits], offset);
            disk.Room -= fits;
            if (fits < bytes.Length)
            {
                disk.Refusals++;
                while (disk._watchers.TryTake(out TaskCompletionSource? watcher))
                {
                    watcher.SetResult();
                }

                throw new IOException("No space left on device.");
            }
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Flush() => file.Flush();

        public void Dispose() => file.Dispose();
    }
}
