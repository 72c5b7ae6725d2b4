using System.Collections.Concurrent;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>Checks which thread receives while a consumer runs on one. The tests call Look directly; the client calls it at intervals.</summary>
public sealed class ReceivingThreadTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task A_consumer_runs_on_the_thread_that_receives_its_message()
    {
        using Rig rig = new();
        Visit visit = rig.Visit();

        Thread thread = await visit.Arrived.WaitAsync(Ct);
        visit.Leave();

        (await rig.ReceiverAsync()).Should().Be(thread);
    }

    [Fact]
    public async Task A_consumer_that_two_looks_in_a_row_find_on_its_thread_keeps_it_and_another_thread_receives()
    {
        using Rig rig = new();
        Visit visit = rig.Visit();
        Thread thread = await visit.Arrived.WaitAsync(Ct);

        rig.Thread.Look();
        rig.Thread.Look();

        Thread another = await rig.ReceiverAsync();
        another.Should().NotBe(thread);
        visit.Leave();
        thread.Join(TimeSpan.FromMinutes(1)).Should().BeTrue("a thread that has lost the role ends");
        (await rig.ReceiverAsync()).Should().Be(another);
    }

    [Fact]
    public async Task A_consumer_that_leaves_before_the_second_look_does_not_change_the_receiving_thread()
    {
        using Rig rig = new();
        Thread first = await rig.ReceiverAsync();
        for (int round = 0; round < 3; round++)
        {
            Visit visit = rig.Visit();
            await visit.Arrived.WaitAsync(Ct);
            rig.Thread.Look();
            visit.Leave();
            (await rig.ReceiverAsync()).Should().Be(first);
            rig.Thread.Look();
        }

        (await rig.ReceiverAsync()).Should().Be(first);
    }

    [Fact]
    public async Task Short_visits_that_two_looks_in_a_row_find_count_as_one_long_visit()
    {
        using Rig rig = new();
        Thread first = await rig.ReceiverAsync();
        Visit visit = rig.Visit();
        await visit.Arrived.WaitAsync(Ct);
        rig.Thread.Look();
        visit.Leave();
        (await rig.ReceiverAsync()).Should().Be(first);

        await rig.Visit().Arrived.WaitAsync(Ct);
        rig.Thread.Look();

        (await rig.ReceiverAsync()).Should().NotBe(first);
    }

    [Fact]
    public async Task Looks_stop_once_one_finds_that_no_consumer_has_run()
    {
        using Rig rig = new();
        for (int round = 0; round < 3; round++)
        {
            Visit visit = rig.Visit();
            await visit.Arrived.WaitAsync(Ct);
            visit.Leave();
            await rig.ReceiverAsync();

            rig.Thread.Look().Should().BeTrue("a consumer has run");
            rig.Thread.Look().Should().BeFalse();
        }
    }

    [Fact]
    public async Task No_consumer_runs_on_a_thread_that_does_not_have_the_role()
    {
        using Rig rig = new();
        ReceivingThread.TryRun(static run => run(), static () => Assert.Fail("It ran on the thread of the test.")).Should().BeFalse();
        TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Visit visit = rig.Visit(onLeave: () => answer.SetResult(ReceivingThread.TryRun(static run => run(), static () => Assert.Fail("It ran on a thread that another replaced."))));
        await visit.Arrived.WaitAsync(Ct);
        rig.Thread.Look();
        rig.Thread.Look();

        visit.Leave();

        (await answer.Task.WaitAsync(Ct)).Should().BeFalse();
    }

    [Fact]
    public void However_long_the_consumer_holds_its_thread_exactly_one_other_receives()
    {
        const int Holds = 300;
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        CancellationToken patience = Ct;
        using ManualResetEventSlim isDone = new();
        int receiving = 0;
        int overlaps = 0;
        int held = 0;
        int refused = 0;
        int isRunning = 0;
        long received = 0;

        using ReceivingThread thread = new("receiving", Receive, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        thread.Start();
        while (!isDone.IsSet)
        {
            thread.Look();
            Thread.Yield();
        }

        overlaps.Should().Be(0, "seed {0}", seed);
        held.Should().BeGreaterThanOrEqualTo(Holds);
        refused.Should().Be(0, "the receiving thread may run the consumer");

        bool Receive()
        {
            if (Interlocked.Increment(ref receiving) != 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            Interlocked.Increment(ref received);
            bool isLast = Volatile.Read(ref held) >= Holds || patience.IsCancellationRequested;
            Interlocked.Decrement(ref receiving);
            if (isLast)
            {
                isDone.Set();
                return false;
            }

            if (Interlocked.CompareExchange(ref isRunning, 1, 0) == 0 && !ReceivingThread.TryRun(static consume => consume(), Consume))
            {
                refused++;
                Volatile.Write(ref isRunning, 0);
            }

            return true;
        }

        // Half of the time, the consumer stays until more messages are received, which only another thread can do.
        void Consume()
        {
            if (random.Next(2) == 0)
            {
                long enough = Volatile.Read(ref received) + random.Next(1, 50);
                SpinWait.SpinUntil(() => Volatile.Read(ref received) >= enough || patience.IsCancellationRequested);
                held++;
            }

            Volatile.Write(ref isRunning, 0);
        }
    }

    /// <summary>A receiving thread whose messages the test sends.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly BlockingCollection<Action> _messages = [];
        private readonly List<Visit> _visits = [];

        public Rig()
        {
            Thread = new ReceivingThread("receiving", Receive, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Thread.Start();
        }

        public ReceivingThread Thread { get; }

        /// <summary>Sends a message whose consumer stays on the thread until the test lets it leave.</summary>
        public Visit Visit(Action? onLeave = null)
        {
            Visit visit = new(onLeave);
            _visits.Add(visit);
            _messages.Add(() => ReceivingThread.TryRun(static visit => visit.Stay(), visit));
            return visit;
        }

        /// <summary>Returns the thread that receives the next message.</summary>
        public async Task<Thread> ReceiverAsync()
        {
            TaskCompletionSource<Thread> receiver = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _messages.Add(() => receiver.SetResult(System.Threading.Thread.CurrentThread));
            return await receiver.Task.WaitAsync(Ct);
        }

        public void Dispose()
        {
            _messages.CompleteAdding();
            _visits.ForEach(static visit => visit.Leave());
            Thread.Dispose();
        }

        private bool Receive()
        {
            if (!_messages.TryTake(out Action? message, Timeout.Infinite))
            {
                return false;
            }

            message();
            return true;
        }
    }

    /// <summary>One run of the consumer.</summary>
    private sealed class Visit(Action? onLeave)
    {
        private readonly TaskCompletionSource<Thread> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _mayLeave = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Thread> Arrived => _arrived.Task;

        public void Leave() => _mayLeave.TrySetResult();

        public void Stay()
        {
            _arrived.SetResult(Thread.CurrentThread);
            _mayLeave.Task.GetAwaiter().GetResult();
            onLeave?.Invoke();
        }
    }
}
