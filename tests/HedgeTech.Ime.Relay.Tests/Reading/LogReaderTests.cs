using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Tests.Lives;

namespace HedgeTech.Ime.Relay.Tests.Reading;

/// <summary>Tests the requests of a reader when subscriptions break or are slow, or when reads fail.</summary>
public sealed class LogReaderTests
{
    private static readonly RelaySettings Settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 256 << 20, ["name:A"]);
    private static readonly Term Leader = new(1);

    private readonly ModelRedis _redis = new();
    private readonly LogReader _reader = new(new PushRing(), TimeSpan.FromSeconds(2), TimeSpan.Zero);

    public LogReaderTests() => _redis.Run(new AcquireRequest(Leader, 1, Take.Anything, 0), Settings, 1000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_lost_subscription_no_event_is_delivered_before_the_log_is_read_on_the_new_one(bool isNoticed)
    {
        int subscription = BecomeLevel();
        _reader.TryTake(out _).Should().BeFalse();
        if (isNoticed)
        {
            _reader.ConnectionLost(subscription, At(0));
        }
        else
        {
            _reader.Tick(At(2));
            _reader.TryTake(out ReadItem announced).Should().BeTrue();
            announced.Kind.Should().Be(ReadKind.Interrupted);
        }

        ReaderRequest subscribe = _reader.NextRequest(At(2))!.Value;
        subscribe.Kind.Should().Be(ReaderRequestKind.Subscribe);
        _reader.Received(subscribe.Id, Publish(2), At(2));

        _reader.TryTake(out _).Should().BeFalse("the reader does not know the contracts of the new connection yet");

        _reader.Subscribed(subscribe.Id, At(2));
        Answer(At(2)).Kind.Should().Be(ReaderRequestKind.Range);
        Taken().Should().Contain(ReadKind.Message);
        _reader.IsLevel.Should().BeTrue();
    }

    [Fact]
    public void A_subscription_that_takes_longer_than_the_allowed_silence_is_announced_and_not_started_again()
    {
        ReaderRequest subscribe = _reader.NextRequest(At(0))!.Value;

        for (double second = 0; second < 10; second += 0.1)
        {
            _reader.Tick(At(second));
            _reader.NextRequest(At(second)).Should().BeNull("the subscription is still pending after {0} s", second);
        }

        Taken().Should().Equal(ReadKind.Interrupted);
        _reader.Subscribed(subscribe.Id, At(10));
        _reader.Tick(At(10));
        Answer(At(10)).Kind.Should().Be(ReaderRequestKind.Snapshot);
        Taken().Should().Equal(ReadKind.Resumed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reader_whose_reads_fail_despite_heartbeats_announces_it_and_subscribes_again(bool isNew)
    {
        int subscription = isNew ? Subscribe() : BecomeLevel();
        Publish(2);
        _reader.Received(subscription, Publish(3), At(0)); // the entry before this one did not arrive
        _reader.TryTake(out _);
        List<ReaderRequestKind> asked = [];
        for (double second = 0; second < 3; second += 0.1)
        {
            _reader.Received(subscription, Beat(), At(second));
            _reader.Tick(At(second));
            if (_reader.NextRequest(At(second)) is { } request)
            {
                asked.Add(request.Kind);
                _reader.Failed(request.Id, At(second));
            }
        }

        asked.Should().Contain(isNew ? ReaderRequestKind.Snapshot : ReaderRequestKind.Range).And.Contain(ReaderRequestKind.Subscribe);
        _reader.TryTake(out ReadItem announced).Should().BeTrue();
        announced.Kind.Should().Be(ReadKind.Interrupted);
        announced.Reason.Should().Be("Redis does not answer a read of the log.");
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private int Subscribe()
    {
        ReaderRequest subscribe = _reader.NextRequest(At(0))!.Value;
        _reader.Subscribed(subscribe.Id, At(0));
        return subscribe.Id;
    }

    private int BecomeLevel()
    {
        int subscription = Subscribe();
        Answer(At(0));
        _reader.IsLevel.Should().BeTrue();
        return subscription;
    }

    private ReaderRequest Answer(TimeSpan now)
    {
        ReaderRequest read = _reader.NextRequest(now)!.Value;
        _reader.Answered(read, _redis.Read(read, 100), now);
        return read;
    }

    private List<ReadKind> Taken()
    {
        List<ReadKind> kinds = [];
        while (_reader.TryTake(out ReadItem item))
        {
            kinds.Add(item.Kind);
        }

        return kinds;
    }

    private LogEntry Publish(long number) => Push(new PublishRequest(Leader, number, new FeedPosition(7, number - 2, 0), [new LogItem(false, 0, number, "{}"u8.ToArray())]));

    private LogEntry Beat() => Push(new RenewRequest(Leader, 1, true));

    private LogEntry Push(ScriptRequest request)
    {
        LogEntry? entry = null;
        _redis.Run(request, Settings, 1000, push => entry = LogEntry.ReadPush(push));
        return entry!;
    }
}
