namespace HedgeTech.Ime.Recording.Writing;

/// <summary>A count of records that grows, and that other threads wait for. Thread-safe.</summary>
internal sealed class WrittenCount : IDisposable
{
    private readonly ManualResetEventSlim _hasGrown = new(false);
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Set(long value)
    {
        Volatile.Write(ref _value, value);
        _hasGrown.Set();
    }

    /// <summary>Waits until the count has reached this number of records; false if that takes too long.</summary>
    public bool Wait(long records, TimeSpan timeout)
    {
        long from = Environment.TickCount64;
        while (true)
        {
            _hasGrown.Reset();
            if (Value >= records)
            {
                return true;
            }

            long left = (long)timeout.TotalMilliseconds - (Environment.TickCount64 - from);
            if (left <= 0 || !_hasGrown.Wait((int)left))
            {
                return Value >= records;
            }
        }
    }

    public void Dispose() => _hasGrown.Dispose();
}
