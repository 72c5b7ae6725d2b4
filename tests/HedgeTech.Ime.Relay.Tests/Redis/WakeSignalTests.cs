using System.Collections.Concurrent;
using HedgeTech.Ime.Relay.Redis;

namespace HedgeTech.Ime.Relay.Tests.Redis;

public sealed class WakeSignalTests
{
    private readonly WakeSignal _signal = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wake_before_the_wait_ends_the_next_wait_alone()
    {
        _signal.Wake();
        _signal.Wake(here: true);

        Task first = _signal.WaitAsync().AsTask();
        first.IsCompletedSuccessfully.Should().BeTrue();
        Task second = _signal.WaitAsync().AsTask();
        second.IsCompleted.Should().BeFalse();

        _signal.Wake();
        await second.WaitAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_consumer_goes_on_within_the_call_that_wakes_it_only_if_the_call_says_so(bool here)
    {
        ThreadLocal<bool> isWaking = new();
        TaskCompletionSource<bool> ranHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task consumer = ConsumeAsync();
        Thread waker = new(() =>
        {
            isWaking.Value = true;
            _signal.Wake(here);
        });
        waker.Start();

        (await ranHere.Task.WaitAsync(Token)).Should().Be(here);
        await consumer;
        waker.Join();

        async Task ConsumeAsync()
        {
            await _signal.WaitAsync().ConfigureAwait(false);
            ranHere.SetResult(isWaking.Value);
        }
    }

    [Fact]
    public async Task No_wake_of_many_threads_is_lost()
    {
        const int Producers = 4;
        const int Each = 50_000;
        ConcurrentQueue<int> queue = new();
        Task consumer = Task.Run(ConsumeAsync, Token);
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(producer => Task.Run(
            () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    queue.Enqueue(i);
                    _signal.Wake(here: (i + producer) % 3 == 0);
                }
            },
            Token))];

        await Task.WhenAll(producers);
        await consumer.WaitAsync(TimeSpan.FromSeconds(30), Token);

        async Task ConsumeAsync()
        {
            int taken = 0;
            while (taken < Producers * Each)
            {
                await _signal.WaitAsync().ConfigureAwait(false);
                while (queue.TryDequeue(out _))
                {
                    taken++;
                }
            }
        }
    }
}
