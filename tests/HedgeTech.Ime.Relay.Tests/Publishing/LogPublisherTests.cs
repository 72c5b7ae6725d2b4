using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Tests.Lives;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

/// <summary>Tests the order in which a new leader publishes what it has received.</summary>
public sealed class LogPublisherTests
{
    private static readonly RelaySettings Settings = RelaySettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), 256 << 20, ["name:A", "name:B"]);
    private static readonly Term Other = new(100);

    private readonly ModelRedis _redis = new();
    private readonly LogReader _reader = new(new PushRing(), TimeSpan.FromSeconds(20), TimeSpan.Zero);
    private readonly LogPublisher _publisher;
    private ulong _last;
    private int _subscription;

    public LogPublisherTests() => _publisher = new LogPublisher(
        Settings,
        new PublisherIdentity(1, () => new Term(++_last), () => ++_last),
        new OwnEvents(ContractSet.ByName("A", "B"), new FakeTimeProvider()),
        new HotStandby(_reader, new LinePairing(1 << 20), Settings.Lease, static _ => null));

    [Fact]
    public void A_new_leader_publishes_nothing_ahead_of_an_older_message_of_another_contract_that_it_holds_back()
    {
        // The log has a message that the line never brought, so the next one of its contract is held back for half a second.
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(2));
        _publisher.LineIsUp(0, isUp: true, At(0));
        Perform(At(2));
        Run(new RenewRequest(Other, 2, isComplete: true), At(2.4));
        Run(new ReleaseRequest(Other), At(2.5));
        Perform(At(3));
        _publisher.IsLeading.Should().BeTrue();

        _publisher.LineMessage(0, Message(0, "A 2"), At(3.1));
        _publisher.LineMessage(0, Message(1, "B 1"), At(3.2));

        // Another standby would conclude from the message of B that the log has everything before it.
        Perform(At(3.3)).Should().NotContain("B 1");

        Perform(At(3.6)).Should().Equal("A 2", "B 1");
    }

    /// <summary>Performs what the publisher and its reader ask for, and returns the messages that the publisher sent.</summary>
    private List<string> Perform(TimeSpan now)
    {
        List<string> messages = [];
        bool isIdle;
        do
        {
            _publisher.Tick(now);
            isIdle = true;
            while (_publisher.NextRequest(now) is { } request)
            {
                isIdle = false;
                messages.AddRange(request.Script is PublishRequest publish ? Encoding.ASCII.GetString(publish.Data()).Split('\n') : []);
                _publisher.Answered(request, Run(request.Script, now), now);
            }

            while (_publisher.ReadsLog && _reader.NextRequest(now) is { } read)
            {
                isIdle = false;
                if (read.Kind == ReaderRequestKind.Subscribe)
                {
                    _subscription = read.Id;
                    _reader.Subscribed(read.Id, now);
                }
                else
                {
                    _reader.Answered(read, _redis.Read(read, 100), now);
                }
            }
        }
        while (!isIdle);
        return messages;
    }

    private ScriptAnswer Run(ScriptRequest request, TimeSpan now) =>
        _redis.Run(request, Settings, (long)now.TotalMilliseconds, push => _reader.Received(_subscription, LogEntry.ReadPush(push)!, now));

    private static OutItem Message(ushort contract, string text) => OutItem.Message(contract, 0, Encoding.ASCII.GetBytes(text), null);

    private static TimeSpan At(double second) => TimeSpan.FromSeconds(second);
}
