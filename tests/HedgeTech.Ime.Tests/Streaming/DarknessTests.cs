using System.Threading.Channels;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests hours without a network in virtual time, with real sockets before and after.</summary>
public sealed class DarknessTests
{
    private static readonly TimeSpan MaxDelay = new ReconnectOptions().MaxDelay;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_outage_of_hours_costs_little_memory_and_few_log_entries_and_ends_within_the_longest_delay(int redundancy)
    {
        Lines log = new();
        await using World world = await World.StartAsync(log, redundancy);
        await using MarketFeed feed = world.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(world.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await world.OpenLinesAsync(redundancy);
        await world.Server.PublishAsync(Simulated.Contract, world.Cancellation);
        await first;
        await world.Network.GoDownAsync();
        DateTimeOffset dark = world.Time.GetUtcNow();
        world.Server.Drop();
        await Simulated.ReadUntilAsync(events, static e => e is FeedInterrupted);

        while (world.Time.GetUtcNow() - dark < TimeSpan.FromHours(6))
        {
            await world.AdvanceToTheNextAttemptAsync();
        }

        int attempts = world.Network.Failures.Count;
        attempts.Should().BeInRange(redundancy * 6 * 60, redundancy * 6 * 300, "the longest delay between attempts is half a minute");
        log.Written.Count(static line => line.Contains("still down")).Should().BeLessThanOrEqualTo(redundancy * (int)Math.Log2(attempts), "the feed logs one entry each time the number of attempts doubles");
        log.Written.Should().HaveCountLessThan(redundancy * 30);
        feed.State.Should().Be(FeedState.Interrupted);
        world.AliveFailures().Should().BeLessThan(redundancy * 5, "the feed only keeps the last of hundreds of failures");

        world.Network.ComeUp();
        DateTimeOffset light = world.Time.GetUtcNow();
        await world.OpenLinesAsync(redundancy);
        (world.Network.LetThrough[redundancy..].Min() - light).Should().BeLessThanOrEqualTo(MaxDelay);
        await world.Server.PublishAsync(Simulated.Contract, world.Cancellation);
        List<FeedEvent> after = await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        FeedResumed resumed = after.OfType<FeedResumed>().Should().ContainSingle().Subject;
        resumed.Gap.Should().BeCloseTo(world.Time.GetUtcNow() - dark, TimeSpan.FromSeconds(5));
        resumed.Attempts.Should().BeGreaterThan(6 * 60);
        after.OfType<FeedInterrupted>().Should().BeEmpty("there is only one outage");
    }

    [Fact]
    public async Task A_sleep_of_the_machine_is_an_outage_with_the_gap_measured_by_the_wall_clock()
    {
        await using World world = await World.StartAsync(new Lines(), redundancy: 1);
        await using MarketFeed feed = world.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(world.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await world.OpenLinesAsync(1);
        await world.Server.PublishAsync(Simulated.Contract, world.Cancellation);
        await first;

        // No timer runs while the machine sleeps. After it wakes, the clock is later and the connection is dead.
        world.Time.AdjustTime(world.Time.GetUtcNow().AddHours(8));
        world.Server.Drop();
        await Simulated.ReadUntilAsync(events, static e => e is FeedInterrupted);
        await world.OpenLinesAsync(1);
        await world.Server.PublishAsync(Simulated.Contract, world.Cancellation);

        List<FeedEvent> after = await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        after.OfType<FeedResumed>().Single().Gap.Should().BeCloseTo(TimeSpan.FromHours(8), TimeSpan.FromSeconds(5));
        after[^1].ReceivedAt.Should().Be(world.Time.GetUtcNow());
    }

    /// <summary>A client whose time is virtual and whose network can be down.</summary>
    private sealed class World : IAsyncDisposable
    {
        /// <summary>A length that differs from every delay between attempts.</summary>
        private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(91);

        private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly ILoggerFactory _loggers;

        private World(ImeSimulator server, Lines log, int redundancy)
        {
            _timeout.CancelAfter(TimeSpan.FromSeconds(60));
            Server = server;
            _loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
            ImeClientOptions options = new() { BaseAddress = server.BaseAddress, AccessToken = server.IssueToken(TimeSpan.FromDays(3650)), Feed = { Redundancy = redundancy, SilenceTimeout = Timeout.InfiniteTimeSpan } };
            options.Connection.ConnectTimeout = ConnectTimeout;
            Network = new FailingNetwork(TransportHandler.Create(options.Connection), Time);
            Client = new ImeClient(options, new HttpMessageInvoker(Network), _loggers, Time);
        }

        public ImeSimulator Server { get; }

        public DelayedTime Time { get; } = new();

        public FailingNetwork Network { get; }

        public ImeClient Client { get; }

        public CancellationToken Cancellation => _timeout.Token;

        public static async Task<World> StartAsync(Lines log, int redundancy) =>
            new(await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: TestContext.Current.CancellationToken), log, redundancy);

        /// <summary>Waits until a delay starts, and advances the time to its end.</summary>
        public async Task AdvanceToTheNextAttemptAsync() => Time.Advance(await NextDelayAsync(Cancellation));

        /// <summary>Advances the time, one delay after the other, until the given number of lines are open.</summary>
        public async Task OpenLinesAsync(int count)
        {
            Task open = Server.WhenSubscribedAsync(count, Cancellation);
            while (!open.IsCompleted)
            {
                using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                Task<TimeSpan> delay = NextDelayAsync(enough.Token);
                if (await Task.WhenAny(open, delay) == delay)
                {
                    Time.Advance(await delay);
                }

                await enough.CancelAsync();
            }

            await open;
        }

        /// <summary>Returns how many of the failures so far are still in memory.</summary>
        public int AliveFailures()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Network.Failures.Count(static failure => failure.TryGetTarget(out _));
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync();
            _loggers.Dispose();
            _timeout.Dispose();
        }

        private async Task<TimeSpan> NextDelayAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                (TimeSpan delay, DateTimeOffset due) = await Time.Delays.Reader.ReadAsync(cancellationToken);
                if (delay > TimeSpan.Zero && delay != ConnectTimeout && due > Time.GetUtcNow())
                {
                    return due - Time.GetUtcNow();
                }
            }
        }
    }

    /// <summary>Virtual time that reports each delay when it starts.</summary>
    private sealed class DelayedTime() : FakeTimeProvider(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero))
    {
        public Channel<(TimeSpan Delay, DateTimeOffset Due)> Delays { get; } = Channel.CreateUnbounded<(TimeSpan, DateTimeOffset)>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Delays.Writer.TryWrite((dueTime, GetUtcNow() + dueTime));
            }

            return timer;
        }
    }

    private sealed class FailingNetwork(HttpMessageHandler network, TimeProvider time) : DelegatingHandler(network)
    {
        private readonly List<WeakReference<Exception>> _failures = [];
        private readonly List<DateTimeOffset> _letThrough = [];
        private readonly List<Task> _answers = [];
        private bool _isDown;

        public IReadOnlyList<WeakReference<Exception>> Failures
        {
            get
            {
                lock (_failures)
                {
                    return [.. _failures];
                }
            }
        }

        /// <summary>The times of the attempts that the network did not fail.</summary>
        public List<DateTimeOffset> LetThrough
        {
            get
            {
                lock (_letThrough)
                {
                    return [.. _letThrough];
                }
            }
        }

        /// <summary>Fails every attempt from now on, and waits until those that were let through have their answers: the server then knows their connections.</summary>
        public async Task GoDownAsync()
        {
            Task[] answers;
            lock (_letThrough)
            {
                _isDown = true;
                answers = [.. _answers];
            }

            await Task.WhenAll(answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void ComeUp()
        {
            lock (_letThrough)
            {
                _isDown = false;
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_letThrough)
            {
                if (!_isDown)
                {
                    _letThrough.Add(time.GetUtcNow());
                    Task<HttpResponseMessage> answer = base.SendAsync(request, cancellationToken);
                    _answers.Add(answer);
                    return answer;
                }
            }

            HttpRequestException failure = new("Network is unreachable");
            lock (_failures)
            {
                _failures.Add(new WeakReference<Exception>(failure));
            }

            return Task.FromException<HttpResponseMessage>(failure);
        }
    }
}
