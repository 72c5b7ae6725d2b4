using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Supervision;
using static HedgeTech.Ime.Tests.Streaming.ArbitratedLines;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class ArbiterTests
{
    private readonly ArbitratedLines _lines = new();

    [Fact]
    public void Unrequested_contracts_are_delivered_from_the_first_line_and_cost_limited_memory()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Due.Clear();
        for (int i = 0; i < 40_000; i++)
        {
            MarketSnapshot message = new() { Contract = ContractKey.Name($"invented {i}"), Timestamp = Start };
            _lines.Late += _lines.Arbiter.Receive(a, new HeldMessage(message, default), _lines.Due);
            _lines.Late += _lines.Arbiter.Receive(b, new HeldMessage(message, default), _lines.Due);
        }

        _lines.Due.Should().HaveCount(40_000, "each message is delivered once");
        _lines.Arbiter.Remembered.Should().BeLessThan(20_000);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(600)]
    public void Beside_a_mute_line_the_memory_for_all_contracts_together_is_limited(int contracts)
    {
        Arbiter arbiter = new();
        ContractSet set = ContractSet.ByName([.. Enumerable.Range(0, contracts).Select(static i => $"C{i}")]);
        Shard shard = new(1, set, new SilenceWatch(new FeedOptions()), slots: 2);
        Line live = new(shard.Slots[0], new AccessToken("t", null), default);
        Line mute = new(shard.Slots[1], new AccessToken("t", null), default);
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
                arbiter.Receive(live, new HeldMessage(message, default), _lines.Due);
                most = Math.Max(most, arbiter.Remembered);
            }
        }

        arbiter.Lagging.Should().BeSameAs(mute, "the arbiter counts the messages that the mute line has not shown");
        most.Should().BeLessThanOrEqualTo(Arbiter.DefaultTotalBound);
        _lines.Due.Should().HaveCount(round * contracts, "each message is delivered once");
        arbiter.Remembered.Should().Be(0, "only one line is left");
    }

    [Fact]
    public void Both_copies_of_a_repeated_message_are_forgotten_together_when_memory_is_short()
    {
        Arbiter arbiter = new(bound: 100, totalBound: 8);
        Line leading = new(_lines.Shard.Slots[0], new AccessToken("t", null), default);
        arbiter.Join(leading);
        arbiter.Remember();
        foreach (int number in (int[])[1, 2, 3, 4, 4, 5, 6, 7, 8])
        {
            _lines.Late += arbiter.Receive(leading, new HeldMessage(Message(number), default), _lines.Due);
        }

        arbiter.Remembered.Should().Be(6, "five would keep only half of the repeated message");
        Line late = new(_lines.Shard.Slots[0], new AccessToken("t", null), default);
        arbiter.Join(late);
        arbiter.Forget();
        _lines.Due.Clear();
        foreach (int number in (int[])[4, 4, 5, 6, 7, 8])
        {
            _lines.Late += arbiter.Receive(late, new HeldMessage(Message(number), default), _lines.Due);
        }

        _lines.Due.Should().BeEmpty("the leading line has already delivered all of these messages");
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void Each_message_is_delivered_once_from_whichever_line_has_it_first()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(b, 1).Should().BeEmpty();
        _lines.Receive(b, 2, 3).Should().Equal(2, 3);
        _lines.Receive(a, 2, 3, 4).Should().Equal(4);
        _lines.Receive(b, 4).Should().BeEmpty();
        _lines.Late.Should().Be(0);
        _lines.Arbiter.Remembered.Should().Be(0, "both lines have shown all messages");
    }

    [Fact]
    public void A_message_that_one_line_misses_is_delivered_from_the_other_line()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(b, 1, 2).Should().Equal(1, 2);
        _lines.Receive(a, 3).Should().BeEmpty("a is behind, and the arbiter does not know yet which messages it missed");
        _lines.Receive(b, 3).Should().Equal(3);
        _lines.Receive(a, 4).Should().Equal([4], "both lines have shown 3");
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void A_message_older_than_a_delivered_one_is_counted_as_too_late()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1, 3).Should().Equal(1, 3);
        _lines.Receive(b, 1, 2, 3).Should().BeEmpty("2 would be out of order");
        _lines.Late.Should().Be(1);
        _lines.Receive(b, 4).Should().Equal([4], "b is in step again");
    }

    [Fact]
    public void A_message_that_is_too_late_is_counted_once_even_if_several_lines_deliver_it()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        Line c = _lines.JoinInStep(a, b);
        _lines.Receive(a, 1, 3).Should().Equal(1, 3);
        _lines.Receive(b, 1, 2, 3);
        _lines.Receive(c, 1, 2, 3);
        _lines.Late.Should().Be(1);
    }

    [Fact]
    public void A_message_that_all_other_lines_missed_is_delivered_before_its_successor()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        Line c = _lines.Join();
        _lines.Receive(c, 2, 3, 4, 5).Should().BeEmpty("c has no message in common with the other lines yet");
        _lines.Receive(a, 4).Should().Equal(2, 3, 4, 5);
        _lines.Receive(b, 4, 5, 6).Should().Equal(6);
        _lines.Receive(c, 6, 7).Should().Equal(7);
    }

    [Fact]
    public void A_message_that_the_server_sends_twice_in_a_row_is_delivered_twice()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1, 1).Should().Equal(1, 1);
        _lines.Receive(b, 1).Should().BeEmpty();
        _lines.Receive(b, 1).Should().BeEmpty();
        _lines.Receive(b, 1).Should().Equal([1], "the server sent it a third time");
        _lines.Receive(a, 1, 2).Should().Equal(2);
    }

    [Fact]
    public void A_line_that_joins_between_two_equal_messages_loses_none()
    {
        Line a = _lines.Join();
        _lines.Arbiter.Remember();
        _lines.Receive(a, 1).Should().Equal(1);
        Line b = _lines.Join();
        _lines.Arbiter.Forget();
        _lines.Receive(b, 1, 2).Should().BeEmpty("the 1 of b may be the second of two");
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(a, 2).Should().Equal(2);
        _lines.Receive(b, 3).Should().Equal(3);
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void A_first_message_of_a_line_that_is_repeated_is_not_confused_with_an_earlier_one()
    {
        Line a = _lines.Join();
        _lines.Receive(a, 1).Should().Equal(1);
        Line b = _lines.Join();
        _lines.Receive(b, 2, 3, 2).Should().BeEmpty();
        _lines.Receive(a, 2).Should().Equal(2);
        _lines.Receive(b, 4).Should().BeEmpty();
        _lines.Receive(a, 2).Should().Equal([2], "the line joined between the two messages");
        _lines.Receive(b, 2).Should().BeEmpty();
        _lines.Receive(a, 3).Should().Equal(3, 2, 4, 2);
        _lines.Receive(a, 2, 4, 2, 5).Should().Equal(5);
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void A_joining_line_that_is_ahead_waits_for_the_first_line_and_then_leads()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(b, 3, 4, 5).Should().BeEmpty("a has not yet received 2");
        _lines.Receive(a, 2).Should().Equal(2);
        _lines.Receive(a, 3).Should().Equal(3);
        _lines.Receive(a, 4).Should().Equal([4, 5], "3 might be a repetition, and only 4 shows that it is not");
        _lines.Receive(b, 6).Should().Equal(6);
        _lines.Receive(a, 5, 6, 7).Should().Equal(7);
    }

    [Fact]
    public void A_line_that_joined_first_and_has_shown_nothing_does_not_overtake_what_another_line_holds()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(b, 2).Should().BeEmpty("a joined first and may still bring 1");
        _lines.Receive(a, 4).Should().Equal([2], "a was subscribed after b, so 2 comes first, and b may still bring 3");
        _lines.Receive(b, 3, 4, 5).Should().Equal(3, 4, 5);
        _lines.Receive(a, 5, 6).Should().Equal(6);
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void What_a_line_shows_after_a_gap_that_another_line_leaves_is_delivered_only_when_that_line_has_ended()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(b, 2);
        _lines.Receive(a, 4).Should().Equal([2], "4 waits, because b may have 3 on its way");
        _lines.Leave(b).Should().Equal([4], "the gap can now be announced before it");
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void A_line_of_the_feed_that_has_shown_nothing_does_not_let_a_line_of_an_update_lead()
    {
        Line feed = _lines.Join();
        Shard added = new(2, _lines.Shard.Contracts, new SilenceWatch(new FeedOptions())) { IsProvisional = true };
        Line update = new(added.Slots[0], new AccessToken("t", null), default);
        _lines.Arbiter.Join(update);
        _lines.Receive(update, 1).Should().BeEmpty("the update may fail, and its line be closed before the line of the feed is subscribed");
        _lines.Receive(feed, 3).Should().Equal(3);
        _lines.Leave(update);
        _lines.Receive(feed, 4).Should().Equal([4], "1 would have left a gap that no event reports");
    }

    [Fact]
    public void A_joining_line_does_not_repeat_messages_that_were_delivered_while_it_opened()
    {
        Line a = _lines.Join();
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Arbiter.Remembered.Should().Be(0, "a single line needs no memory");
        _lines.Arbiter.Remember();
        _lines.Receive(a, 2, 3).Should().Equal(2, 3);
        Line b = _lines.Join();
        _lines.Arbiter.Forget();
        _lines.Receive(a, 4).Should().Equal(4);
        _lines.Receive(b, 2, 3, 4).Should().BeEmpty("the server subscribes the line after it accepts, but before the client reads the accept");
        _lines.Receive(b, 5).Should().Equal(5);
    }

    [Fact]
    public void A_new_line_does_not_repeat_messages_of_the_closed_old_line()
    {
        Line a = _lines.Join();
        _lines.Arbiter.Remember();
        _lines.Receive(a, 1, 2, 3).Should().Equal(1, 2, 3);
        Line b = _lines.Join();
        _lines.Arbiter.Forget();
        _lines.Leave(a).Should().BeEmpty();
        _lines.Receive(b, 2, 3).Should().BeEmpty();
        _lines.Receive(b, 4).Should().Equal(4);
        _lines.Arbiter.TryRelease(b).Should().BeTrue("one line is left, and it is past everything that the other line delivered");
    }

    [Fact]
    public void A_cancelled_opening_of_a_line_frees_its_memory()
    {
        Line a = _lines.Join();
        _lines.Arbiter.Remember();
        _lines.Arbiter.IsRemembering.Should().BeTrue();
        _lines.Receive(a, [.. Enumerable.Range(1, 30)]).Should().HaveCount(30);
        _lines.Arbiter.Remembered.Should().Be(8, "the bound also holds while a line is opening");
        _lines.Arbiter.Forget();
        _lines.Arbiter.IsRemembering.Should().BeFalse();
        _lines.Arbiter.Remembered.Should().Be(0);
        _lines.Arbiter.TryRelease(a).Should().BeTrue();
    }

    [Fact]
    public void Messages_of_one_contract_do_not_wait_for_another_contract()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(b, 1).Should().BeEmpty();
        _lines.Late += _lines.Arbiter.Receive(a, new HeldMessage(Message(1, "D"), default), _lines.Due);
        _lines.Due.Should().ContainSingle().Which.Message.Contract.Should().Be(ContractKey.Name("D"));
    }

    [Fact]
    public void A_contract_that_only_one_line_carries_is_delivered_directly()
    {
        _lines.Join();
        Line other = new(new Shard(2, ContractSet.ByName("E"), new SilenceWatch(new FeedOptions())).Slots[0], new AccessToken("t", null), default);
        _lines.Arbiter.Join(other);
        _lines.Late += _lines.Arbiter.Receive(other, new HeldMessage(Message(1, "E"), default), _lines.Due);
        _lines.Late += _lines.Arbiter.Receive(other, new HeldMessage(Message(1, "F"), default), _lines.Due);
        _lines.Due.Should().HaveCount(2, "unrequested contracts are delivered too");
    }
}
