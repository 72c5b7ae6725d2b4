using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class WatchlistTests
{
    private static readonly DateTimeOffset Begin = new(2025, 11, 15, 7, 0, 0, TimeSpan.Zero);
    private static readonly ContractSet Contracts = ContractSet.ByName("SAFAB03");

    [Fact]
    public void Outages_one_after_the_other_are_a_gap_each()
    {
        FeedHealth health = After(Interrupted(1, 0), Resumed(1, 5, 5), Interrupted(1, 7), Resumed(1, 10, 5));

        health.Gaps.Should().Be(2);
        health.GapTime.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void An_outage_that_the_reader_and_the_publisher_of_a_relay_report_one_after_the_other_is_one_gap()
    {
        FeedHealth health = After(Interrupted(0, 2), Resumed(0, 8, 6), Interrupted(0, 8), Resumed(0, 9, 3));

        health.Gaps.Should().Be(1);
        health.GapTime.Should().Be(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void An_outage_of_several_connections_is_one_gap_that_lasts_until_the_last_of_them_is_back()
    {
        FeedHealth health = After(Interrupted(1, 0), Interrupted(2, 1), Interrupted(3, 3), Resumed(1, 2, 2), Resumed(3, 5, 2), Resumed(2, 6, 5));

        health.Gaps.Should().Be(1);
        health.GapTime.Should().Be(TimeSpan.FromSeconds(6));
        health.DownSince.Should().BeNull();
    }

    [Fact]
    public void Two_outages_without_a_message_between_them_are_two_gaps_that_last_as_long_as_no_message_came()
    {
        FeedHealth health = After(Interrupted(1, 2), Resumed(1, 5, 5), Interrupted(1, 7), Resumed(1, 10, 10));

        health.Gaps.Should().Be(2);
        health.GapTime.Should().Be(TimeSpan.FromSeconds(10));
    }

    private static FeedHealth After(params FeedEvent[] events)
    {
        Watchlist list = new(Contracts);
        foreach (FeedEvent happened in events)
        {
            list.Apply(happened);
        }

        return list.Health;
    }

    private static FeedInterrupted Interrupted(int connection, int second) =>
        new() { Connection = connection, Contracts = Contracts, Reason = InterruptionReason.ConnectionLost, ReceivedAt = Begin.AddSeconds(second) };

    private static FeedResumed Resumed(int connection, int second, int gap) =>
        new() { Connection = connection, Contracts = Contracts, Gap = TimeSpan.FromSeconds(gap), Attempts = 1, ReceivedAt = Begin.AddSeconds(second) };
}
