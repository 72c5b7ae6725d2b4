using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Hosting.Tests.Board;

public sealed class MarketBoardTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 3, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly ScriptedSource _source = new();
    private readonly MarketBoard _board;

    public MarketBoardTests() => _board = new MarketBoard(ContractSet.ByName("A", "B", "C"), logger: null, _time);

    [Fact]
    public void The_board_is_empty_before_the_first_message()
    {
        _board[ContractKey.Name("A")].Should().BeNull();
        _board.TryGet(ContractKey.Name("A"), out BoardEntry entry).Should().BeFalse();
        entry.Should().Be(default(BoardEntry));
        _board.Snapshot().Should().BeEmpty();
        _board.State.Should().Be(FeedState.Idle);
        _board.LastReceivedAt.Should().BeNull();
        _board[default].Should().BeNull();
    }

    [Fact]
    public void The_board_has_the_newest_snapshot_of_each_contract()
    {
        _ = Run();
        _source.Say("A", 1, Start);
        _source.Say("B", 2, Start);
        _source.Say("A", 3, Start);

        _source.Asked.Should().BeSameAs(_board.Contracts);
        _board[ContractKey.Name("A")]!.LastPrice.Should().Be(3);
        _board[ContractKey.Name("B")]!.LastPrice.Should().Be(2);
        _board[ContractKey.Name("C")].Should().BeNull();
        _board.Snapshot().Select(static entry => entry.Contract.Value).Should().Equal("A", "B");
        _board.Statistics.Received.Should().Be(3);
    }

    [Fact]
    public void An_identifier_from_the_server_is_logged_without_terminal_control_characters()
    {
        using LogLines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        MarketBoard board = new(ContractSet.ByName("A"), factory.CreateLogger<MarketBoard>(), _time);
        _ = board.RunAsync(_source, TestContext.Current.CancellationToken);
        using IDisposable failing = board.OnChange(static _ => throw new InvalidOperationException("mine"));

        _source.Say("X1\u001b[2J\u202e\r\nFORGED", 1);
        _source.Say("X2\u001b]0;owned\u0007\r\n[Critical] FORGED", 1);
        _source.Say("X3\u001b]0;owned\u0007\r\n[Critical] FORGED", 1);

        log.Lines.Select(static line => line.Level).Should().Contain(LogLevel.Warning).And.Contain(LogLevel.Error);
        log.Lines.Should().OnlyContain(static line => line.Text.Contains("FORGED") && !line.Text.Any(char.IsControl) && !line.Text.Contains('\u202e'));
    }

    [Fact]
    public void An_entry_of_the_board_knows_its_age()
    {
        _ = Run();
        _source.Say("A", 1, Start);
        _source.Say("B", 1, Start.AddHours(1)); // from a clock that is ahead
        _time.Advance(TimeSpan.FromSeconds(7));

        Entry("A").Age.Should().Be(TimeSpan.FromSeconds(7));
        Entry("B").Age.Should().Be(TimeSpan.Zero);
        _board.LastReceivedAt.Should().Be(Start.AddHours(1));
    }

    [Fact]
    public void An_outage_marks_only_the_contracts_of_its_connection_as_interrupted()
    {
        _ = Run();
        _source.Say(new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A", "B") });
        _board.State.Should().Be(FeedState.Connecting);
        _source.Say(new FeedConnected { Connection = 2, Contracts = ContractSet.ByName("C") });
        _board.State.Should().Be(FeedState.Live);
        _source.Say("A", 1);
        _source.Say("C", 1);

        _source.Say(new FeedInterrupted { Connection = 1, Contracts = ContractSet.ByName("A", "B") });
        _source.Say(new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A", "B") });

        Entry("A").IsInterrupted.Should().BeTrue();
        Entry("C").IsInterrupted.Should().BeFalse();
        _board.State.Should().Be(FeedState.Interrupted);
        _board.Statistics.Should().BeEquivalentTo(new { Interruptions = 1, InterruptedContracts = 2 });

        _source.Say(new FeedResumed { Connection = 1, Contracts = ContractSet.ByName("A", "B") });

        Entry("A").IsInterrupted.Should().BeFalse();
        _board.State.Should().Be(FeedState.Live);
        _board.Statistics.Should().BeEquivalentTo(new { Interruptions = 1, InterruptedContracts = 0 });
    }

    [Fact]
    public void Silence_of_a_connection_lasts_until_its_next_message()
    {
        _ = Run();
        _source.Say(new FeedSilent { Connection = 1, Contracts = ContractSet.ByName("A", "B") });
        _board.Statistics.SilentContracts.Should().Be(2);

        _source.Say("C", 1);
        _board.Statistics.SilentContracts.Should().Be(2);

        _source.Say("B", 1);
        _board.Statistics.SilentContracts.Should().Be(0);
    }

    [Fact]
    public void Drops_and_rejected_messages_are_counted()
    {
        _ = Run();
        _source.Say(new SnapshotsDropped { Count = 5 });
        _source.Say(new SnapshotsDropped { Count = 2 });
        _source.Say(new FrameRejected { Reason = "no JSON" });

        _board.Statistics.Should().BeEquivalentTo(new { Dropped = 7, Rejected = 1 });
    }

    [Fact]
    public void A_contract_is_listed_under_the_identifier_from_the_service_and_unrequested_ones_are_limited()
    {
        _ = Run();
        _source.Say(ScriptedSource.Snapshot("x", 1) with { Contract = ContractKey.Id("17") });
        _board[ContractKey.Id("17")].Should().NotBeNull();

        for (int i = 0; i < 100; i++)
        {
            _source.Say(i.ToString(CultureInfo.InvariantCulture), 1);
        }

        _board.Snapshot().Should().HaveCount(3, "the board has room for one other identifier for each of the three contracts");
        _board.Statistics.Received.Should().Be(101);
    }

    [Fact]
    public void A_contract_under_another_identifier_is_interrupted_while_any_connection_is_interrupted()
    {
        _ = Run();
        _source.Say(ScriptedSource.Snapshot("x", 1) with { Contract = ContractKey.Id("17") });
        bool IsInterrupted() => _board.TryGet(ContractKey.Id("17"), out BoardEntry entry) && entry.IsInterrupted;
        IsInterrupted().Should().BeFalse();

        _source.Say(new FeedInterrupted { Connection = 1, Contracts = ContractSet.ByName("A", "B") });
        IsInterrupted().Should().BeTrue("the contract may belong to the interrupted connection");

        _source.Say(new FeedResumed { Connection = 1, Contracts = ContractSet.ByName("A", "B") });
        IsInterrupted().Should().BeFalse();
    }

    [Fact]
    public async Task After_the_end_every_entry_is_interrupted_and_the_board_has_the_failure()
    {
        Task run = Run();
        _source.Say("A", 1);
        InvalidOperationException failure = new("no more");

        _source.End(failure);

        (await run.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>()).Which.Should().BeSameAs(failure);
        _board.State.Should().Be(FeedState.Ended);
        _board.Failure.Should().BeSameAs(failure);
        Entry("A").IsInterrupted.Should().BeTrue();
    }

    [Fact]
    public async Task Cancellation_of_the_feed_leaves_no_failure_on_the_board()
    {
        using CancellationTokenSource stop = new();
        Task run = _board.RunAsync(_source, stop.Token);

        await stop.CancelAsync();

        await run.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
        _board.State.Should().Be(FeedState.Ended);
        _board.Failure.Should().BeNull();
    }

    [Fact]
    public void A_board_cannot_run_twice()
    {
        _ = Run();

        Action again = () => _ = Run();

        again.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Readers_at_full_speed_never_see_a_snapshot_older_than_one_they_have_seen()
    {
        const int Last = 20_000;
        using CancellationTokenSource stop = new();
        _ = Run();
        _source.Say("A", 1);
        Task<bool>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            decimal before = 0;
            while (!stop.IsCancellationRequested)
            {
                decimal now = Entry("A").Snapshot.Aggregate.LastPrice;
                if (now < before)
                {
                    return false;
                }

                before = now;
            }

            return before == Last || _board[ContractKey.Name("A")]!.LastPrice == Last;
        }))];

        for (int i = 2; i <= Last; i++)
        {
            _source.Say("A", i);
        }

        await _board.WaitForAsync(ContractKey.Name("A"), static snapshot => snapshot.LastPrice == Last, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        (await Task.WhenAll(readers)).Should().AllBeEquivalentTo(true);
    }

    private Task Run() => _board.RunAsync(_source, TestContext.Current.CancellationToken);

    private BoardEntry Entry(string contract)
    {
        _board.TryGet(ContractKey.Name(contract), out BoardEntry entry).Should().BeTrue();
        return entry;
    }
}
