using System.Runtime.ExceptionServices;

namespace HedgeTech.Ime.Tests.Bridges;

public sealed class ObservableStreamTests
{
    private static readonly TaskCompletionSource<Exception> Unhandled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_observer_gets_every_snapshot_in_order_and_then_the_end()
    {
        Recorder<MarketSnapshot> observer = new();

        using IDisposable subscription = Given.Snapshots(1000).SnapshotsAsync(Cancellation).ToObservable().Subscribe(observer);
        await observer.End.WaitAsync(Cancellation);

        observer.Items.Select(static one => one.Aggregate.TradeCount).Should().Equal(Enumerable.Range(1, 1000).Select(static number => (long)number));
    }

    [Fact]
    public async Task The_exception_that_ends_the_stream_reaches_the_observer()
    {
        InvalidOperationException failure = new("The stream broke.");
        Recorder<FeedEvent> observer = new();

        using IDisposable subscription = Given.Snapshots(2, failure).EventsAsync(Cancellation).ToObservable().Subscribe(observer);

        (await FluentActions.Awaiting(() => observer.End.WaitAsync(Cancellation)).Should().ThrowAsync<InvalidOperationException>()).Which.Should().BeSameAs(failure);
        observer.Items.Should().HaveCount(2);
    }

    [Fact]
    public async Task Disposing_of_a_subscription_ends_the_stream_without_a_call_to_the_observer()
    {
        Given given = Given.Snapshots(1, endless: true);
        Recorder<FeedEvent> observer = new();
        IDisposable subscription = given.EventsAsync(Cancellation).ToObservable().Subscribe(observer);
        await observer.First.WaitAsync(Cancellation);

        subscription.Dispose();
        subscription.Dispose();
        await given.Left.WaitAsync(Cancellation);

        observer.End.IsCompleted.Should().BeFalse();
        observer.Items.Should().ContainSingle();
    }

    [Fact]
    public async Task An_observer_may_dispose_of_its_subscription_during_a_call()
    {
        Given given = Given.Snapshots(10);
        Recorder<FeedEvent> observer = new();
        TaskCompletionSource<IDisposable> subscription = new();
        observer.OnFirst = () => subscription.Task.GetAwaiter().GetResult().Dispose();

        subscription.SetResult(given.EventsAsync(Cancellation).ToObservable().Subscribe(observer));
        await given.Left.WaitAsync(Cancellation);

        observer.Items.Should().ContainSingle();
    }

    [Fact]
    public async Task Each_subscription_reads_the_stream_from_its_start()
    {
        Given given = Given.Snapshots(3);
        IObservable<MarketSnapshot> observable = given.SnapshotsAsync(Cancellation).ToObservable();
        Recorder<MarketSnapshot> one = new();
        Recorder<MarketSnapshot> two = new();

        given.Taken.Should().Be(0, "nobody has subscribed");
        observable.Subscribe(one);
        await one.End.WaitAsync(Cancellation);
        observable.Subscribe(two);
        await two.End.WaitAsync(Cancellation);

        two.Items.Should().Equal(one.Items).And.HaveCount(3);
    }

    [Fact]
    public async Task An_exception_of_an_observer_ends_the_stream_and_is_unhandled()
    {
        ExceptionHandling.SetUnhandledExceptionHandler(static thrown => thrown is ObserverException && Unhandled.TrySetResult(thrown));
        Given given = Given.Snapshots(10);
        Recorder<FeedEvent> observer = new() { OnFirst = static () => throw new ObserverException() };

        given.EventsAsync(Cancellation).ToObservable().Subscribe(observer);

        (await Unhandled.Task.WaitAsync(Cancellation)).Should().BeOfType<ObserverException>();
        await given.Left.WaitAsync(Cancellation);
        observer.End.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void Nothing_is_read_before_a_subscription_and_null_is_refused()
    {
        FluentActions.Invoking(static () => ((IAsyncEnumerable<FeedEvent>)null!).ToObservable()).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(static () => Given.Snapshots(1).EventsAsync(Cancellation).ToObservable().Subscribe(null!)).Should().Throw<ArgumentNullException>();
    }

    private sealed class ObserverException : Exception;

    private sealed class Recorder<T> : IObserver<T>
    {
        private readonly List<T> _items = [];
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<T> Items => _items;

        public Task First => _first.Task;

        public Task End => _end.Task;

        public Action? OnFirst { get; set; }

        public void OnNext(T value)
        {
            _items.Add(value);
            if (_items.Count == 1)
            {
                _first.SetResult();
                OnFirst?.Invoke();
            }
        }

        public void OnCompleted() => _end.SetResult();

        public void OnError(Exception error) => _end.SetException(error);
    }
}
