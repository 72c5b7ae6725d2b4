using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Records;

/// <summary>The messages that were handed to the operating system on one connection. Thread-safe.</summary>
internal sealed class SentMessages(IReadOnlyList<Subscription> subscriptions)
{
    private readonly Lock _gate = new();
    private readonly List<ReadOnlyMemory<byte>> _kept = [];
    private long _count;
    private long _bytes;

    /// <summary>The number of messages.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The bytes of the messages, with frame headers.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The trades of the market, as ranges without gaps, contract by contract.</summary>
    public IReadOnlyList<SentTrades> Trades
    {
        get
        {
            lock (_gate)
            {
                return [.. subscriptions.SelectMany(subscription => subscription.Ranges)];
            }
        }
    }

    /// <summary>The messages, if they are kept.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept];
            }
        }
    }

    public void Add(Batch batch)
    {
        lock (_gate)
        {
            foreach ((Subscription subscription, long trade) in batch.Trades)
            {
                if (trade > 0)
                {
                    subscription.Sent(trade);
                }
            }

            foreach (byte[] message in batch.Kept ?? [])
            {
                _kept.Add(message);
            }

            _bytes += batch.Length;
            _count += batch.Messages;
        }
    }
}
