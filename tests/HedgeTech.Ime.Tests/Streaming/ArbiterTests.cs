using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed partial class ArbiterTests
{
    private static readonly DateTimeOffset Start = new(2025, 11, 15, 10, 0, 0, TimeSpan.FromHours(3.5));

    private readonly Arbiter _arbiter = new(bound: 8);
    private readonly Shard _shard = new(1, ContractSet.ByName("C", "D"), new SilenceWatch(new FeedOptions()));
    private readonly List<MarketSnapshot> _due = [];
    private int _late;

    [Fact]
    public void Contracts_that_a_server_invents_are_delivered_from_the_first_line_and_cost_no_memory_beyond_a_bound()
    {
        (Line a, Line b) = TwoLinesInStep();
        _due.Clear();
        for (int i = 0; i < 40_000; i++)
        {
            MarketSnapshot message = new() { Contract = ContractKey.Name($"invented {i}"), Timestamp = Start };
            _late += _arbiter.Receive(a, message, default, _due);
            _late += _arbiter.Receive(b, message, default, _due);
        }

        _due.Should().HaveCount(40_000, "each comes once");
        _arbiter.Remembered.Should().BeLessThan(20_000);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(600)]
    public void A_mute_line_makes_the_other_one_remember_no_more_than_one_bound_for_all_contracts(int contracts)
    {
        Arbiter arbiter = new();
        ContractSet set = ContractSet.ByName([.. Enumerable.Range(0, contracts).Select(static i => $"C{i}")]);
        Shard shard = new(1, set, new SilenceWatch(new FeedOptions()), lanes: 2);
        Line live = new(shard.Lanes[0], new AccessToken("t", null), default);
        Line mute = new(shard.Lanes[1], new AccessToken("t", null), default);
        arbiter.Join(live);
        arbiter.Remember();
        arbiter.Join(mute);
        arbiter.Forget();
        int most = 0;
        int round;
        for (round = 0; round < 2000 && arbiter.Lagging is null; round++)
        {
            foreach (ContractKey contract in set)
            {
                MarketSnapshot message = new() { Contract = contract, Timestamp = Start.AddMilliseconds(round), Aggregate = new Aggregate { TradeCount = round } };
                arbiter.Receive(live, message, default, _due);
                most = Math.Max(most, arbiter.Remembered);
            }
        }

        arbiter.Lagging.Should().BeSameAs(mute, "the count of what it has not shown gives it away");
        most.Should().BeLessThanOrEqualTo(Arbiter.DefaultTotalBound);
        _due.Should().HaveCount(round * contracts, "each comes once");
        arbiter.Remembered.Should().Be(0, "only one line is left");
    }

    [Fact]
    public void When_memory_is_short_a_message_that_was_sent_twice_is_forgotten_whole_or_not_at_all()
    {
        Arbiter arbiter = new(bound: 100, totalBound: 8);
        Line leading = new(_shard.Lanes[0], new AccessToken("t", null), default);
        arbiter.Join(leading);
        arbiter.Remember();
        foreach (int number in (int[])[1, 2, 3, 4, 4, 5, 6, 7, 8])
        {
            _late += arbiter.Receive(leading, Message(number), default, _due);
        }

        arbiter.Remembered.Should().Be(6, "half would be five");
        Line late = new(_shard.Lanes[0], new AccessToken("t", null), default);
        arbiter.Join(late);
        arbiter.Forget();
        _due.Clear();
        foreach (int number in (int[])[4, 4, 5, 6, 7, 8])
        {
            _late += arbiter.Receive(late, Message(number), default, _due);
        }

        _due.Should().BeEmpty("all of it was delivered");
        _late.Should().Be(0);
    }

    [Fact]
    public void Each_message_is_delivered_once_from_whichever_line_has_it_first()
    {
        (Line a, Line b) = TwoLinesInStep();
        Receive(a, 1).Should().Equal(1);
        Receive(b, 1).Should().BeEmpty();
        Receive(b, 2, 3).Should().Equal(2, 3);
        Receive(a, 2, 3, 4).Should().Equal(4);
        Receive(b, 4).Should().BeEmpty();
        _late.Should().Be(0);
        _arbiter.Remembered.Should().Be(0, "both have shown all of it");
    }

    [Fact]
    public void What_one_line_misses_the_other_fills()
    {
        (Line a, Line b) = TwoLinesInStep();
        Receive(b, 1, 2).Should().Equal(1, 2);
        Receive(a, 3).Should().BeEmpty("it is behind: whether 1 and 2 or 3 was missed is not known yet");
        Receive(b, 3).Should().Equal(3);
        Receive(a, 4).Should().Equal([4], "3 was in common");
        _late.Should().Be(0);
    }

    [Fact]
    public void What_a_line_brings_that_precedes_what_was_delivered_is_counted_as_too_late()
    {
        (Line a, Line b) = TwoLinesInStep();
        Receive(a, 1, 3).Should().Equal(1, 3);
        Receive(b, 1, 2, 3).Should().BeEmpty("2 would be out of order");
        _late.Should().Be(1);
        Receive(b, 4).Should().Equal([4], "it is in step again");
    }

    [Fact]
    public void What_is_too_late_is_counted_once_however_many_lines_bring_it()
    {
        (Line a, Line b) = TwoLinesInStep();
        Line c = JoinInStep(a, b);
        Receive(a, 1, 3).Should().Equal(1, 3);
        Receive(b, 1, 2, 3);
        Receive(c, 1, 2, 3);
        _late.Should().Be(1);
    }

    [Fact]
    public void What_all_others_have_missed_is_delivered_before_what_follows_it()
    {
        (Line a, Line b) = TwoLinesInStep();
        Line c = Join();
        Receive(c, 2, 3, 4, 5).Should().BeEmpty("it has nothing in common yet");
        Receive(a, 4).Should().Equal(2, 3, 4, 5);
        Receive(b, 4, 5, 6).Should().Equal(6);
        Receive(c, 6, 7).Should().Equal(7);
    }

    [Fact]
    public void The_same_message_twice_in_a_row_is_delivered_twice()
    {
        (Line a, Line b) = TwoLinesInStep();
        Receive(a, 1, 1).Should().Equal(1, 1);
        Receive(b, 1).Should().BeEmpty();
        Receive(b, 1).Should().BeEmpty();
        Receive(b, 1).Should().Equal([1], "it was sent a third time");
        Receive(a, 1, 2).Should().Equal(2);
    }

    [Fact]
    public void A_line_that_joins_between_two_messages_of_the_same_content_costs_none()
    {
        Line a = Join();
        _arbiter.Remember();
        Receive(a, 1).Should().Equal(1);
        Line b = Join();
        _arbiter.Forget();
        Receive(b, 1, 2).Should().BeEmpty("its 1 may be the second of two");
        Receive(a, 1).Should().Equal(1);
        Receive(a, 2).Should().Equal(2);
        Receive(b, 3).Should().Equal(3);
        _late.Should().Be(0);
    }

    [Fact]
    public void A_first_message_that_comes_back_is_not_taken_for_an_earlier_one()
    {
        Line a = Join();
        Receive(a, 1).Should().Equal(1);
        Line b = Join();
        Receive(b, 2, 3, 2).Should().BeEmpty();
        Receive(a, 2).Should().Equal(2);
        Receive(b, 4).Should().BeEmpty();
        Receive(a, 2).Should().Equal([2], "the line has joined between the two");
        Receive(b, 2).Should().BeEmpty();
        Receive(a, 3).Should().Equal(3, 2, 4, 2);
        Receive(a, 2, 4, 2, 5).Should().Equal(5);
        _late.Should().Be(0);
    }

    [Fact]
    public void A_joining_line_that_is_ahead_waits_until_the_first_has_got_there_and_leads_then()
    {
        (Line a, Line b) = (Join(), Join());
        Receive(a, 1).Should().Equal(1);
        Receive(b, 3, 4, 5).Should().BeEmpty("2 is still to come");
        Receive(a, 2).Should().Equal(2);
        Receive(a, 3).Should().Equal(3);
        Receive(a, 4).Should().Equal([4, 5], "3 might have been sent twice, 4 tells");
        Receive(b, 6).Should().Equal(6);
        Receive(a, 5, 6, 7).Should().Equal(7);
    }

    [Fact]
    public void A_line_that_joins_shows_nothing_again_that_was_delivered_while_it_was_opened()
    {
        Line a = Join();
        Receive(a, 1).Should().Equal(1);
        _arbiter.Remembered.Should().Be(0, "there is one line");
        _arbiter.Remember();
        Receive(a, 2, 3).Should().Equal(2, 3);
        Line b = Join();
        _arbiter.Forget();
        Receive(a, 4).Should().Equal(4);
        Receive(b, 2, 3, 4).Should().BeEmpty("the server subscribes after it accepts, but before its accept is known here");
        Receive(b, 5).Should().Equal(5);
    }

    [Fact]
    public void The_new_line_shows_nothing_again_although_the_old_one_was_closed()
    {
        Line a = Join();
        _arbiter.Remember();
        Receive(a, 1, 2, 3).Should().Equal(1, 2, 3);
        Line b = Join();
        _arbiter.Forget();
        Leave(a).Should().BeEmpty();
        Receive(b, 2, 3).Should().BeEmpty();
        Receive(b, 4).Should().Equal(4);
        _arbiter.TryRelease(b).Should().BeTrue("one line is left, and it is past all that another has delivered");
    }

    [Fact]
    public void A_cancelled_opening_leaves_nothing_in_memory()
    {
        Line a = Join();
        _arbiter.Remember();
        _arbiter.IsRemembering.Should().BeTrue();
        Receive(a, [.. Enumerable.Range(1, 30)]).Should().HaveCount(30);
        _arbiter.Remembered.Should().Be(8, "the bound holds while a line is opened, however long that takes");
        _arbiter.Forget();
        _arbiter.IsRemembering.Should().BeFalse();
        _arbiter.Remembered.Should().Be(0);
        _arbiter.TryRelease(a).Should().BeTrue();
    }

    [Fact]
    public void Contracts_do_not_wait_for_each_other()
    {
        (Line a, Line b) = (Join(), Join());
        Receive(b, 1).Should().BeEmpty();
        _late += _arbiter.Receive(a, Message(1, "D"), default, _due);
        _due.Should().ContainSingle().Which.Contract.Should().Be(ContractKey.Name("D"));
    }

    [Fact]
    public void A_contract_that_only_one_line_carries_is_delivered_directly()
    {
        Join();
        Line other = new(new Shard(2, ContractSet.ByName("E"), new SilenceWatch(new FeedOptions())).Lanes[0], new AccessToken("t", null), default);
        _arbiter.Join(other);
        _late += _arbiter.Receive(other, Message(1, "E"), default, _due);
        _late += _arbiter.Receive(other, Message(1, "F"), default, _due);
        _due.Should().HaveCount(2, "contracts nobody asked for count too");
    }

    private (Line First, Line Second) TwoLinesInStep()
    {
        Line first = Join();
        return (first, JoinInStep(first));
    }

    private Line JoinInStep(params Line[] others)
    {
        Line line = Join();
        foreach (Line each in others.Append(line))
        {
            Receive(each, -1, 0);
        }

        _arbiter.Remembered.Should().Be(0);
        return line;
    }

    private Line Join()
    {
        Line line = new(_shard.Lanes[0], new AccessToken("t", null), default);
        _arbiter.Join(line);
        return line;
    }

    private int[] Receive(Line line, params int[] messages)
    {
        foreach (int message in messages)
        {
            _late += _arbiter.Receive(line, Message(message), Received(message), _due);
        }

        return TakeDue();
    }

    private int[] Leave(Line line)
    {
        _late += _arbiter.Leave(line, _due);
        return TakeDue();
    }

    private int[] Release(TimeSpan before)
    {
        _late += _arbiter.Release(before, _due);
        return TakeDue();
    }

    private int[] TakeDue()
    {
        int[] due = [.. _due.Select(static message => (int)message.Aggregate.TradeCount)];
        _due.Clear();
        return due;
    }

    private static MarketSnapshot Message(int number, string contract = "C") => new()
    {
        Contract = ContractKey.Name(contract),
        Timestamp = Start.AddSeconds(number),
        Aggregate = new Aggregate { TradeCount = number },
    };

    /// <summary>When a message is received.</summary>
    private static TimeSpan Received(int number) => TimeSpan.FromSeconds(number + 1);
}
