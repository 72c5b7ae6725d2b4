using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Supervision;
using static HedgeTech.Ime.Tests.Streaming.ArbitratedLines;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Lines that end, fall silent or fall behind.</summary>
public sealed class ArbiterEndingTests
{
    private readonly ArbitratedLines _lines = new();

    [Fact]
    public void Messages_of_a_joining_line_are_delivered_when_the_other_line_ends()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(b, 3, 4).Should().BeEmpty();
        _lines.Leave(a).Should().Equal(3, 4);
        _lines.Receive(b, 5).Should().Equal(5);
        _lines.Arbiter.TryRelease(b).Should().BeTrue();
    }

    [Fact]
    public void Messages_of_an_ended_line_are_delivered_when_another_line_reaches_them()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(b, 3, 4, 5).Should().BeEmpty();
        _lines.Leave(b).Should().BeEmpty("a has not yet received 2");
        _lines.Receive(a, 2, 3).Should().Equal(2, 3);
        _lines.Receive(a, 4).Should().Equal(4, 5);
        _lines.Receive(a, 5).Should().BeEmpty();
        _lines.Receive(a, 6).Should().Equal(6);
        _lines.Arbiter.TryRelease(a).Should().BeTrue();
    }

    [Fact]
    public void Messages_of_ended_lines_are_delivered_when_the_last_line_ends()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        Line c = _lines.Join();
        _lines.Receive(b, 3, 4);
        _lines.Receive(c, 2, 3);
        _lines.Leave(c).Should().BeEmpty();
        _lines.Leave(b).Should().BeEmpty();
        _lines.Leave(a).Should().Equal([2, 3, 4], "the messages of the line with the oldest first message come first");
        _lines.Arbiter.Remembered.Should().Be(0);
    }

    [Fact]
    public void Messages_of_any_number_of_ended_lines_wait_for_a_line_that_is_behind()
    {
        Line a = _lines.Join();
        _lines.Receive(a, 0);
        for (int i = 1; i <= 6; i++)
        {
            Line ended = _lines.Join();
            _lines.Receive(ended, (2 * i) + 1, (2 * i) + 2).Should().BeEmpty();
            _lines.Leave(ended).Should().BeEmpty("a has not yet received 1 and 2");
        }

        _lines.Receive(a, 1, 2).Should().Equal(1, 2);
        _lines.Receive(a, [.. Enumerable.Range(3, 12)]).Should().Equal(Enumerable.Range(3, 12));
        _lines.Late.Should().Be(0);
        _lines.Arbiter.TryRelease(a).Should().BeTrue("nothing waits any longer");
    }

    [Fact]
    public void Ended_lines_hold_at_most_four_times_as_much_as_one_line_may()
    {
        Line a = _lines.Join();
        _lines.Receive(a, 0);
        for (int i = 1; i <= 5; i++)
        {
            Line ended = _lines.Join();
            int[] held = [.. Enumerable.Range(10 * i, 8)];
            _lines.Receive(ended, held).Should().BeEmpty();
            _lines.Leave(ended).Should().Equal(i < 5 ? [] : Enumerable.Range(10, 8), "the ended lines may hold 32 messages together");
        }

        _lines.Receive(a, [.. Enumerable.Range(10, 9)]).Should().Equal(18);
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void If_ended_lines_hold_too_much_the_oldest_messages_go_first()
    {
        Line a = _lines.Join();
        _lines.Receive(a, 0);
        Line last = _lines.Join();
        _lines.Receive(last, [.. Enumerable.Range(50, 8)]);
        for (int i = 1; i <= 4; i++)
        {
            Line ended = _lines.Join();
            _lines.Receive(ended, [.. Enumerable.Range(10 * i, 8)]);
            _lines.Leave(ended).Should().BeEmpty();
        }

        _lines.Leave(last).Should().Equal(Enumerable.Range(10, 8), "what follows would be too late behind 50");
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void Without_a_leader_messages_wait_for_the_line_that_joined_first()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        Line c = _lines.Join();
        _lines.Receive(c, 3, 4);
        _lines.Leave(a).Should().BeEmpty("b joined before c and may still bring 2");
        _lines.Receive(b, 2).Should().Equal(2);
        _lines.Receive(b, 3, 4).Should().Equal(3, 4);
    }

    [Fact]
    public void A_line_that_was_behind_when_the_other_ended_delivers_only_new_messages()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1, 3, 4).Should().Equal(1, 3, 4);
        _lines.Leave(a).Should().BeEmpty();
        _lines.Receive(b, 1).Should().BeEmpty();
        _lines.Receive(b, 2).Should().BeEmpty("the other line missed 2, and 3 has already been delivered");
        _lines.Receive(b, 3, 4).Should().BeEmpty();
        _lines.Late.Should().Be(1);
        _lines.Receive(b, 5).Should().Equal(5);
    }

    [Fact]
    public void With_timestamps_a_line_that_was_behind_an_ended_line_delivers_immediately()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1, 2, 3);
        _lines.Leave(a);
        _lines.Receive(b, 4).Should().Equal(4);
        _lines.Arbiter.TryRelease(b).Should().BeTrue();
    }

    [Fact]
    public void Without_timestamps_a_line_delivers_once_it_has_shown_more_messages_than_it_was_behind()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.ReceiveWithoutTime(a, 1, 2).Should().Equal(1, 2);
        _lines.Leave(a);
        _lines.ReceiveWithoutTime(b, 3).Should().BeEmpty();
        _lines.ReceiveWithoutTime(b, 4).Should().BeEmpty();
        _lines.ReceiveWithoutTime(b, 5).Should().Equal(3, 4, 5);
    }

    [Fact]
    public void A_step_back_of_the_server_clock_does_not_make_messages_old()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 10_000, 10_001);
        _lines.Leave(a);
        _lines.Receive(b, 1, 2, 3).Should().Equal(1, 2, 3);
        _lines.Late.Should().Be(0);
    }

    [Fact]
    public void A_mute_line_delays_the_messages_of_other_lines_only_until_the_caller_releases_them()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 1).Should().Equal(1);
        _lines.Receive(b, 3, 4).Should().BeEmpty();
        _lines.Release(Received(2)).Should().BeEmpty("3 was received later");
        _lines.Release(Received(3)).Should().Equal(3, 4);
        _lines.Receive(b, 5).Should().Equal(5);
        _lines.Receive(a, 2, 3, 4, 5).Should().BeEmpty();
        _lines.Late.Should().Be(1, "2 did not arrive in time");
        _lines.Receive(a, 6).Should().Equal(6);
    }

    [Fact]
    public void A_released_message_older_than_the_delivered_ones_is_too_late()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, 1, 3).Should().Equal(1, 3);
        _lines.Receive(b, 1, 2).Should().BeEmpty();
        _lines.Release(TimeSpan.FromHours(1)).Should().BeEmpty();
        _lines.Late.Should().Be(1);
        _lines.Receive(b, 3, 4).Should().Equal([4], "the arbiter still knows that b is behind, so it does not deliver 3 again");
    }

    [Fact]
    public void A_line_that_is_further_behind_than_the_memory_reaches_lags_and_no_longer_takes_part()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        _lines.Receive(a, [.. Enumerable.Range(1, 8)]).Should().HaveCount(8);
        _lines.Arbiter.Lagging.Should().BeNull();
        _lines.Receive(a, 9).Should().Equal(9);
        _lines.Arbiter.Lagging.Should().BeSameAs(b);
        _lines.Arbiter.Remembered.Should().Be(0);
        _lines.Receive(b, 1, 2).Should().BeEmpty();
        _lines.Leave(b);
        _lines.Arbiter.Lagging.Should().BeNull();
    }

    [Fact]
    public void A_mute_line_lags_when_another_line_brings_more_new_messages_than_can_be_held()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 1);
        _lines.Receive(b, [.. Enumerable.Range(3, 8)]).Should().BeEmpty();
        _lines.Receive(b, 11).Should().Equal(Enumerable.Range(3, 9), "the arbiter gives up the mute line");
        _lines.Arbiter.Lagging.Should().BeSameAs(a);
    }

    [Fact]
    public void A_line_that_only_brings_older_messages_lags()
    {
        (Line a, Line b) = (_lines.Join(), _lines.Join());
        _lines.Receive(a, 50).Should().Equal(50);
        _lines.Receive(b, [.. Enumerable.Range(1, 9)]).Should().BeEmpty();
        _lines.Arbiter.Lagging.Should().BeSameAs(b);
        _lines.Release(TimeSpan.FromHours(1)).Should().BeEmpty();
        _lines.Late.Should().Be(9);
        _lines.Receive(a, 51).Should().Equal(51);
    }

    [Fact]
    public void A_line_that_has_not_joined_or_has_left_delivers_nothing()
    {
        Line a = _lines.Join();
        _lines.Leave(a);
        _lines.Receive(a, 1).Should().BeEmpty();
        _lines.Leave(a).Should().BeEmpty();
    }

    [Fact]
    public void Lines_in_step_allocate_no_memory_per_message()
    {
        (Line a, Line b) = _lines.TwoLinesInStep();
        MarketSnapshot[] shownByA = [.. Enumerable.Range(1, 3000).Select(static number => Message(number))];
        MarketSnapshot[] shownByB = [.. Enumerable.Range(1, 3000).Select(static number => Message(number))];
        const int Lag = 5;
        long before = 0;
        for (int i = 0; i < shownByA.Length; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            _lines.Late += _lines.Arbiter.Receive(a, new HeldMessage(shownByA[i], default), _lines.Due);
            if (i >= Lag)
            {
                _lines.Late += _lines.Arbiter.Receive(b, new HeldMessage(shownByB[i - Lag], default), _lines.Due);
            }

            if (_lines.Due.Count != 1)
            {
                Assert.Fail($"Message {i} was delivered {_lines.Due.Count} times.");
            }

            _lines.Due.Clear();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(2000, "2000 messages and their repetitions were received");
    }
}
