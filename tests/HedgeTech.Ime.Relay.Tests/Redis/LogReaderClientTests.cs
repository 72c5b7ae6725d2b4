using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Tests.Protocol;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Redis;

public sealed class LogReaderClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_subscription_knows_the_contracts_that_the_previous_one_read()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        RelayKeys keys = new("test");
        await new RedisLog(connection, keys).RunAsync(new AcquireRequest(new Term(1), 1, Take.Anything, 0), RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 16 << 20, ["name:A"]));
        Input input = new();
        await using LogReaderClient client = new(RedisConnector.Parse(redis.Configuration), "test", input);
        await input.WhenAsync(client, new ReaderRequest(1, ReaderRequestKind.Subscribe, default));
        await input.WhenAsync(client, new ReaderRequest(2, ReaderRequestKind.Snapshot, default));

        await input.WhenAsync(client, new ReaderRequest(3, ReaderRequestKind.Subscribe, default));

        client.Contracts.Should().Equal("name:A");
    }

    [Fact]
    public async Task Contracts_that_have_not_changed_are_the_same_list_after_each_read_and_are_checked_once()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        RelayKeys keys = new("test");
        RedisLog log = new(connection, keys);
        await log.RunAsync(new AcquireRequest(new Term(1), 1, Take.Anything, 0), RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 16 << 20, ["name:A"]));
        ReaderRequest read = new(1, ReaderRequestKind.Snapshot, default);
        await log.ReadAsync(read, 100);
        IReadOnlyList<string> first = log.Contracts;

        await log.ReadAsync(read, 100);

        log.Contracts.Should().BeSameAs(first);
        List<string> lacking = [];
        List<string> relayed = ["name:A"];
        ContractCheck check = new(ContractSet.ByName("A"), static () => { }, (lacks, _) => lacking.Add(lacks));
        check.Look(relayed);
        relayed[0] = "name:B"; // would be reported if it was looked at again
        check.Look(relayed);
        lacking.Should().BeEmpty();
        check.Look(["name:B"]);
        lacking.Should().Equal("A");
    }

    private sealed class Input : ILogReaderInput
    {
        private TaskCompletionSource<int> _done = new();

        public async Task WhenAsync(LogReaderClient client, ReaderRequest request)
        {
            _done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            client.Perform(request);
            (await _done.Task.WaitAsync(Token)).Should().Be(request.Id);
        }

        public void Subscribed(int request) => _done.TrySetResult(request);

        public void Answered(ReaderRequest request, ReaderAnswer answer) => _done.TrySetResult(request.Id);

        public void Failed(int request) => _done.TrySetException(new InvalidOperationException("Redis did not answer."));

        public void Refused(RelayRefusedException reason) => _done.TrySetException(reason);

        public void ConnectionLost(int subscription) => _done.TrySetException(new InvalidOperationException("The connection broke."));

        public void Received(int subscription, LogEntry push)
        {
            // This test ignores pushes.
        }

        public void Wake(bool here = false)
        {
            // Nobody waits.
        }
    }
}
