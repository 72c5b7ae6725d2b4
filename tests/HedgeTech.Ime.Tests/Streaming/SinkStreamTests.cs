using HedgeTech.Ime.Tests.Bridges;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests <c>WithSinks</c>: sinks for a stream whose source has none.</summary>
public sealed class SinkStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sinks_get_every_event_before_the_consumer_and_then_the_end()
    {
        FeedInterrupted interrupted = new() { Contracts = ContractSet.ByName("SAFAB03"), Reason = InterruptionReason.ConnectionLost };
        ProbeSink sink = new();
        int taken = 0;

        await foreach (FeedEvent happened in new Given([Given.Snapshot(1), interrupted, Given.Snapshot(2)]).EventsAsync(Cancellation).WithSinks([sink], cancellationToken: Cancellation))
        {
            sink.Calls.Should().HaveCount(2 * ++taken, "the sink has the event and the end of its batch");
            sink.Calls[^2].Event.Should().BeSameAs(happened);
        }

        sink.Calls.Select(static call => call.Method).Should().Equal("OnSnapshot", "OnBatchEnd", "OnEvent", "OnBatchEnd", "OnSnapshot", "OnBatchEnd", "OnEnd");
        sink.Calls[^1].Exception.Should().BeNull();
    }

    [Fact]
    public async Task Sinks_get_the_message_that_a_snapshot_carries_and_otherwise_one_that_reads_as_the_same_snapshot()
    {
        byte[] message = [1, 2, 3];
        ProbeSink sink = new();

        await new Given([Given.Snapshot(1) with { Frame = message }, Given.Snapshot(2)]).EventsAsync(Cancellation).WithSinks([sink], cancellationToken: Cancellation).CountAsync(Cancellation);

        sink.Snapshots[0].Frame.Should().Equal(message);
        MarketSnapshotSerializer.TryDeserialize(sink.Snapshots[1].Frame, out MarketSnapshot? read, out _).Should().BeTrue();
        read!.Contract.Should().Be(Given.Snapshot(2).Contract);
        read.Aggregate.TradeCount.Should().Be(2);
    }

    [Fact]
    public async Task What_a_sink_throws_ends_the_enumeration_if_there_is_no_logger()
    {
        ProbeSink thrower = new(static call => throw new FormatException($"{call.Method} fails."));
        ProbeSink other = new();
        Given given = Given.Snapshots(2);

        Func<Task> reading = async () => await given.EventsAsync(Cancellation).WithSinks([thrower, other], cancellationToken: Cancellation).CountAsync(Cancellation);

        await reading.Should().ThrowAsync<FormatException>().WithMessage("OnSnapshot fails.");
        given.Left.IsCompleted.Should().BeTrue();
        other.Calls.Select(static call => call.Method).Should().Equal("OnSnapshot", "OnBatchEnd", "OnEnd");
    }

    [Fact]
    public async Task What_a_sink_throws_is_logged_once_and_the_stream_continues_if_there_is_a_logger()
    {
        ProbeSink thrower = new(static call => throw new FormatException($"{call.Method} fails."));
        ProbeSink other = new();
        Lines log = new();

        int count = await Given.Snapshots(5).EventsAsync(Cancellation).WithSinks([thrower, other], log, Cancellation).CountAsync(Cancellation);

        count.Should().Be(5);
        other.Numbers.Should().Equal(1, 2, 3, 4, 5);
        log.Written.Should().ContainSingle().Which.Should().Contain("ProbeSink threw").And.Contain("OnSnapshot fails.");
    }

    [Fact]
    public async Task Sinks_get_the_exception_that_ends_the_stream_and_cannot_replace_it()
    {
        InvalidOperationException failure = new("The stream broke.");
        ProbeSink sink = new(static call =>
        {
            if (call.Method == "OnEnd")
            {
                throw new FormatException("The sink broke.");
            }
        });

        Func<Task> reading = async () => await Given.Snapshots(1, failure).EventsAsync(Cancellation).WithSinks([sink], cancellationToken: Cancellation).CountAsync(Cancellation);

        await reading.Should().ThrowAsync<InvalidOperationException>();
        sink.Calls[^1].Should().Be(new ProbeCall("OnEnd", null, sink.Calls[^1].Frame, failure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_or_leaving_the_stream_is_an_end_without_an_exception(bool isCancelled)
    {
        ProbeSink sink = new();
        Given given = Given.Snapshots(1, endless: true);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        IAsyncEnumerator<FeedEvent> reading = given.EventsAsync(Cancellation).WithSinks([sink], cancellationToken: ending.Token).GetAsyncEnumerator(Cancellation);
        (await reading.MoveNextAsync()).Should().BeTrue();

        if (isCancelled)
        {
            ValueTask<bool> next = reading.MoveNextAsync();
            await ending.CancelAsync();
            await ((Func<Task>)(async () => await next)).Should().ThrowAsync<OperationCanceledException>();
        }

        await reading.DisposeAsync();
        given.Left.IsCompleted.Should().BeTrue();
        sink.Calls.Should().HaveCount(3);
        sink.Calls[^1].Should().Be(new ProbeCall("OnEnd", null, sink.Calls[^1].Frame, null));
    }
}
