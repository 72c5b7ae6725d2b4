using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A sink that copies each message and writes it to a file on another thread, and nothing else: no record, no checksum, no bound. A recorder can hardly cost less.</summary>
internal sealed class BareWriter : IFeedSink, IDisposable
{
    private const int BufferBytes = 256 * 1024; // as much as the recorder writes at a time

    private readonly BlockingCollection<(byte[] Bytes, int Length)> _full = [];
    private readonly ConcurrentStack<byte[]> _free = new();
    private readonly SafeFileHandle _file;
    private readonly Thread _thread;
    private byte[] _active = new byte[BufferBytes];
    private int _used;

    public BareWriter(string folder)
    {
        _file = File.OpenHandle(Path.Combine(folder, "messages"), FileMode.CreateNew, FileAccess.Write);
        _thread = new Thread(Write) { IsBackground = true };
        _thread.Start();
    }

    public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
    {
        if (_used + frame.Length > _active.Length)
        {
            _full.Add((_active, _used));
            _active = _free.TryPop(out byte[]? free) ? free : new byte[BufferBytes];
            _used = 0;
        }

        frame.CopyTo(_active.AsSpan(_used));
        _used += frame.Length;
    }

    public void OnEvent(FeedEvent feedEvent)
    {
        // Only messages are written.
    }

    public void OnBatchEnd()
    {
        // A buffer is written when it is full.
    }

    public void OnEnd(Exception? exception) => _full.CompleteAdding();

    /// <summary>To be called after the feed has ended.</summary>
    public void Dispose()
    {
        _full.CompleteAdding();
        _thread.Join();
        _file.Dispose();
        _full.Dispose();
    }

    private void Write()
    {
        long at = 0;
        foreach ((byte[] bytes, int length) in _full.GetConsumingEnumerable())
        {
            RandomAccess.Write(_file, bytes.AsSpan(0, length), at);
            at += length;
            _free.Push(bytes);
        }
    }
}
