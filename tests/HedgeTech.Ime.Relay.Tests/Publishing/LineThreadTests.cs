using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

public sealed class LineThreadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_loop_of_a_publisher_leaves_the_thread_of_its_line_after_a_few_turns_although_more_is_to_do()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        BusyClock clock = new();
        await using RelayNode node = new(simulator, redis, hot: false, configure: options => options.Feed.Sinks.Add(clock), timeProvider: clock);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);

        for (int number = 1; clock.LongestStay < 8; number++)
        {
            await Relays.PublishAsync(simulator, number, number);
            await Task.Delay(20, Token);
        }

        clock.LongestStay.Should().BeLessThan(BusyClock.Limit);
    }

    /// <summary>Gives the loop of a publisher more to do whenever it looks at the clock on the thread of the line, and counts how often it does so before the line goes on.</summary>
    private sealed class BusyClock : TimeProvider, IFeedSink
    {
        public const int Limit = 10_000;

        private volatile Thread? _line;
        private volatile TimerCallback? _post;
        private int _stay;
        private int _longestStay;

        public int LongestStay => Volatile.Read(ref _longestStay);

        /// <inheritdoc/>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero)
            {
                _post = callback; // wakes the loop; all other timers fire once
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread == _line && _stay < Limit)
            {
                _stay++;
                _post?.Invoke(null);
            }

            return base.GetTimestamp();
        }

        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
        {
            // Only the thread matters.
        }

        public void OnEvent(FeedEvent feedEvent)
        {
            // Only the thread matters.
        }

        /// <summary>Called before the sink of the publisher, which lets the loop go on on this thread.</summary>
        public void OnBatchEnd()
        {
            Volatile.Write(ref _longestStay, Math.Max(_longestStay, _stay));
            _line = Thread.CurrentThread.IsThreadPoolThread ? null : Thread.CurrentThread; // the loop may come to a thread of the pool later, by rights
            _stay = 0;
        }
    }
}
