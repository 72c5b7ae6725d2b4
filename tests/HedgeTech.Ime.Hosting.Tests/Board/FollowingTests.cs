using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Tests.Board;

public sealed class FollowingTests
{
    private readonly ScriptedSource _source = new();
    private readonly MarketBoard _board = new(ContractSet.ByName("A", "B"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_consumer_gets_the_snapshots_on_the_board_and_then_every_change()
    {
        _ = Run();
        _source.Say("A", 1);
        await using IAsyncEnumerator<MarketSnapshot> consumer = _board.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        (await NextAsync(consumer)).Should().Be("A 1");
        ValueTask<bool> next = consumer.MoveNextAsync();
        next.IsCompleted.Should().BeFalse();
        _source.Say("B", 2);

        (await next).Should().BeTrue();
        consumer.Current.LastPrice.Should().Be(2);
    }

    [Fact]
    public async Task A_slow_consumer_gets_the_newest_snapshot_of_each_contract_and_none_twice()
    {
        _ = Run();
        await using IAsyncEnumerator<MarketSnapshot> slow = _board.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await using IAsyncEnumerator<MarketSnapshot> other = _board.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> first = slow.MoveNextAsync();
        _source.Say("A", 1);
        (await first).Should().BeTrue();
        slow.Current.LastPrice.Should().Be(1);

        for (int i = 2; i <= 1000; i++)
        {
            _source.Say("A", i);
        }

        _source.Say("B", 1);

        (await NextAsync(slow)).Should().Be("A 1000");
        (await NextAsync(slow)).Should().Be("B 1");
        (await NextAsync(other)).Should().Be("A 1000", "a slow consumer does not delay another one");
        _source.Say("A", 1001);
        (await NextAsync(slow)).Should().Be("A 1001");
    }

    [Fact]
    public async Task A_consumer_of_some_contracts_gets_no_snapshot_of_the_others()
    {
        _ = Run();
        await using IAsyncEnumerator<MarketSnapshot> consumer = _board.ReadAsync(ContractSet.ByName("B"), Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> first = consumer.MoveNextAsync();

        _source.Say("A", 1);
        first.IsCompleted.Should().BeFalse();
        _source.Say("B", 2);

        (await first).Should().BeTrue();
        consumer.Current.Contract.Value.Should().Be("B");
    }

    [Fact]
    public async Task A_consumer_gets_a_contract_under_another_identifier()
    {
        _ = Run();
        await using IAsyncEnumerator<MarketSnapshot> consumer = _board.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> first = consumer.MoveNextAsync();

        _source.Say(ScriptedSource.Snapshot("x", 5) with { Contract = ContractKey.Id("17") });

        (await first).Should().BeTrue();
        consumer.Current.Contract.Should().Be(ContractKey.Id("17"));
    }

    [Fact]
    public void A_contract_of_another_board_is_refused_at_the_call()
    {
        Action read = () => _board.ReadAsync(ContractSet.ByName("A", "X"), Cancellation);
        Action wait = () => _ = _board.WaitForAsync(ContractKey.Name("X"), static _ => true, Cancellation);

        read.Should().Throw<ArgumentException>().WithMessage("*X*");
        wait.Should().Throw<ArgumentException>().WithMessage("*X*");
    }

    [Fact]
    public async Task A_failure_of_the_feed_ends_current_consumers_after_their_waiting_snapshots_and_all_later_ones()
    {
        Task run = Run();
        await using IAsyncEnumerator<MarketSnapshot> consumer = _board.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Task<MarketSnapshot> waiting = _board.WaitForAsync(ContractKey.Name("B"), static _ => true, Cancellation);
        ValueTask<bool> first = consumer.MoveNextAsync();
        _source.Say("A", 1);
        (await first).Should().BeTrue();
        _source.Say("A", 2);
        TimeoutException failure = new("gone");

        _source.End(failure);

        (await NextAsync(consumer)).Should().Be("A 2");
        (await consumer.Invoking(async c => await c.MoveNextAsync()).Should().ThrowAsync<TimeoutException>()).Which.Should().BeSameAs(failure);
        await waiting.Invoking(static task => task).Should().ThrowAsync<TimeoutException>();
        await run.Invoking(static task => task).Should().ThrowAsync<TimeoutException>();

        List<decimal?> late = [];
        Func<Task> follow = async () =>
        {
            await foreach (MarketSnapshot snapshot in _board.ReadAsync(Cancellation))
            {
                late.Add(snapshot.LastPrice);
            }
        };
        await follow.Should().ThrowAsync<TimeoutException>();
        late.Should().Equal(2);
    }

    [Fact]
    public async Task A_normal_end_of_the_feed_ends_consumers_normally_and_waits_with_an_exception()
    {
        Task run = Run();
        Task<MarketSnapshot> waiting = _board.WaitForAsync(ContractKey.Name("A"), static _ => true, Cancellation);

        _source.End();
        await run;

        (await _board.ReadAsync(Cancellation).CountAsync(Cancellation)).Should().Be(0);
        await waiting.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_wait_ends_with_the_first_snapshot_that_meets_the_condition()
    {
        _ = Run();
        _source.Say("A", 1);
        (await _board.WaitForAsync(ContractKey.Name("A"), static snapshot => snapshot.LastPrice == 1, Cancellation)).LastPrice.Should().Be(1);

        Task<MarketSnapshot> waiting = _board.WaitForAsync(ContractKey.Name("A"), static snapshot => snapshot.LastPrice > 5, Cancellation);
        _source.Say("A", 3);
        _source.Say("B", 9);
        waiting.IsCompleted.Should().BeFalse();
        _source.Say("A", 7);

        (await waiting).LastPrice.Should().Be(7);
    }

    [Fact]
    public async Task A_wait_ends_with_a_cancellation_or_with_an_exception_of_the_condition()
    {
        using CancellationTokenSource stop = new();
        _ = Run();
        Task<MarketSnapshot> cancelled = _board.WaitForAsync(ContractKey.Name("A"), static _ => true, stop.Token);
        Task<MarketSnapshot> thrown = _board.WaitForAsync(ContractKey.Name("A"), static _ => throw new FormatException("mine"), Cancellation);

        await stop.CancelAsync();
        _source.Say("A", 1);

        await cancelled.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
        await thrown.Invoking(static task => task).Should().ThrowAsync<FormatException>();
    }

    [Fact]
    public async Task The_code_of_a_user_never_runs_on_the_thread_that_reads_the_feed()
    {
        // The source delivers events synchronously, so this thread reads the feed.
        _ = Run();
        using ManualResetEventSlim release = new();
        using CountdownEvent entered = new(2);
        ConcurrentBag<int> threads = [];
        using IDisposable watch = _board.OnChange(_ => Block());
        Task<MarketSnapshot> waiting = _board.WaitForAsync(ContractKey.Name("A"), _ => Block(), Cancellation);

        _source.Say("A", 1);

        entered.Wait(TimeSpan.FromSeconds(30), Cancellation).Should().BeTrue("the feed continues while both functions block");
        threads.Should().NotContain(Environment.CurrentManagedThreadId);
        release.Set();
        await waiting;

        bool Block()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            entered.Signal();
            return release.Wait(TimeSpan.FromSeconds(30), Cancellation);
        }
    }

    [Fact]
    public async Task A_callback_gets_one_call_at_a_time_also_after_it_throws_and_none_after_disposal()
    {
        Lines log = new();
        MarketBoard board = new(ContractSet.ByName("A"), log);
        _ = board.RunAsync(_source, Cancellation);
        ConcurrentQueue<decimal?> seen = [];
        SemaphoreSlim called = new(0);
        IDisposable watch = board.OnChange(snapshot =>
        {
            seen.Enqueue(snapshot.LastPrice);
            called.Release();
            if (snapshot.LastPrice == 1)
            {
                throw new FormatException("mine");
            }
        });

        _source.Say("A", 1);
        await called.WaitAsync(Cancellation);
        _source.Say("A", 2);
        await called.WaitAsync(Cancellation);
        watch.Dispose();
        _source.Say("A", 3);
        await board.WaitForAsync(ContractKey.Name("A"), static snapshot => snapshot.LastPrice == 3, Cancellation);

        seen.Should().Equal(1, 2);
        log.Failures.Should().ContainSingle().Which.Should().BeOfType<FormatException>();
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<MarketSnapshot> consumer)
    {
        (await consumer.MoveNextAsync()).Should().BeTrue();
        return FormattableString.Invariant($"{consumer.Current.Contract} {consumer.Current.LastPrice}");
    }

    private Task Run() => _board.RunAsync(_source, Cancellation);

    private sealed class Lines : ILogger<MarketBoard>
    {
        public ConcurrentQueue<Exception> Failures { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                Failures.Enqueue(exception);
            }
        }
    }
}
