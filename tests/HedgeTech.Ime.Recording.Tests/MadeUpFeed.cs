using System.Buffers;
using System.Net;
using System.Text;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Makes the snapshots, messages and events of a feed from a seed.</summary>
internal sealed class MadeUpFeed(int seed, DateTimeOffset? begin = null)
{
    public static readonly ContractSet Contracts = [ContractKey.Name("SAFAB03"), ContractKey.Name("آتی زعفران اسفند"), ContractKey.Id("276"), ContractKey.Name("ETCDY03")];

    private readonly Random _random = new(seed);
    private readonly ArrayBufferWriter<byte> _frame = new();
    private DateTimeOffset _now = begin ?? new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
    private long _trades;
    private bool _isDown;

    /// <summary>All events so far, as a consumer without drops gets them.</summary>
    public List<FeedEvent> Given { get; } = [];

    /// <summary>The maximum time between two messages.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether snapshots contain their messages.</summary>
    public bool KeepFrames { get; init; }

    /// <summary>The offset of the timestamps, which messages do not contain.</summary>
    public TimeSpan Offset { get; init; } = new(3, 30, 0);

    /// <summary>Whether there are outages among the events.</summary>
    public bool HasOutages { get; init; } = true;

    /// <summary>The maximum number of bytes of padding in a message.</summary>
    public int Padding { get; init; }

    public DateTimeOffset Now => _now;

    /// <summary>Passes the given number of snapshots and events to a sink, with ends of batches between them.</summary>
    public void Give(IFeedSink sink, int count, bool snapshotsOnly = false)
    {
        for (int given = 0; given < count; given++)
        {
            _now = _now.AddTicks(_random.NextInt64(Pause.Ticks + 1));
            if (!snapshotsOnly && (Given.Count == 0 || _random.Next(20) == 0))
            {
                FeedEvent happened = NextEvent() with { ReceivedAt = _now };
                Given.Add(happened);
                sink.OnEvent(happened);
            }
            else
            {
                GiveSnapshot(sink);
            }

            if (_random.Next(4) == 0 || given == count - 1)
            {
                sink.OnBatchEnd();
            }
        }
    }

    public void Wait(TimeSpan time) => _now += time;

    private void GiveSnapshot(IFeedSink sink)
    {
        _frame.ResetWrittenCount();
        MarketSnapshotSerializer.Serialize(NextSnapshot(), _frame);
        byte[] frame = _frame.WrittenSpan.ToArray();
        if (Padding > 0)
        {
            byte[] padding = new byte[_random.Next(Padding)];
            _random.GetItems<byte>([(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n'], padding);
            frame = [.. frame, .. padding];
        }

        if (!MarketSnapshotSerializer.TryDeserialize(frame, _now, Offset, KeepFrames ? frame : null, out MarketSnapshot? snapshot, out ImeFormatException? error))
        {
            throw error;
        }

        Given.Add(snapshot);
        sink.OnSnapshot(snapshot, frame);
    }

    private MarketSnapshot NextSnapshot() => new()
    {
        Contract = Contracts.ElementAt(_random.Next(Contracts.Count)),
        Timestamp = new DateTimeOffset(_now.UtcDateTime.AddMilliseconds(-_random.Next(30)).Ticks / 10 * 10 + new TimeSpan(3, 30, 0).Ticks, new TimeSpan(3, 30, 0)),
        BestLimit = new BestLimit(new BestLimitLevel(_random.Next(9), 80_000 + _random.Next(99), _random.Next(9), 80_100 + _random.Next(99)), default, default),
        Aggregate = new Aggregate { Date = DateOnly.FromDateTime(_now.UtcDateTime), Time = new TimeOnly(10, 0, _random.Next(60)), TradeCount = ++_trades, LastPrice = 80_050.5m },
        AllowedPriceRange = new AllowedPriceRange(76_000, 85_000),
        ContractInfo = new ContractInfo(_random.Next(1000), _random.Next(9) - 4),
        Unavailable = _random.Next(10) == 0 ? SnapshotFields.PreviousClose : SnapshotFields.None,
    };

    private FeedEvent NextEvent()
    {
        if (Given.Count == 0)
        {
            return new FeedConnected { Connection = 1, Contracts = Contracts };
        }

        if (_isDown)
        {
            _isDown = false;
            return new FeedResumed { Connection = 1, Contracts = Contracts, Reason = InterruptionReason.ConnectionLost, Gap = TimeSpan.FromTicks(_random.Next()), Attempts = _random.Next(9) };
        }

        switch (_random.Next(HasOutages ? 0 : 1, 4))
        {
            case 0:
                _isDown = true;
                return new FeedInterrupted { Connection = 1, Contracts = Contracts, Reason = InterruptionReason.ConnectionLost, HttpStatus = HttpStatusCode.BadGateway, Description = "The connection was lost.\u200c زعفران" };
            case 1:
                return new FeedSilent { Connection = 1, Contracts = Contracts, Silence = TimeSpan.FromSeconds(_random.Next(99)) };
            case 2:
                return new FrameRejected { Frame = Encoding.UTF8.GetBytes($"not a snapshot {_random.Next()}"), Reason = "It is not JSON.", ByteOffset = _random.Next(9) };
            default:
                return new FeedConnected { Connection = 1, Contracts = Contracts };
        }
    }
}
