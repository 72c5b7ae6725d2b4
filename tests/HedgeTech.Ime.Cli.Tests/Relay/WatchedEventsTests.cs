using HedgeTech.Ime.Cli.Relay;

namespace HedgeTech.Ime.Cli.Tests.Relay;

public sealed class WatchedEventsTests
{
    private static readonly ContractSet Watched = ContractSet.ByName("SAFAB03", "ETCDY03");

    [Fact]
    public void An_event_of_the_publisher_names_only_the_watched_contracts()
    {
        FeedEvent? happened = new WatchedEvents(Watched).Of(Resumed("GB30AB03", "SAFAB03"));

        happened.Should().BeOfType<FeedResumed>().Which.Contracts.Should().Equal(ContractSet.ByName("SAFAB03"));
    }

    [Fact]
    public void An_event_that_concerns_no_watched_contract_is_left_out() => new WatchedEvents(Watched).Of(Resumed("GB30AB03")).Should().BeNull();

    [Fact]
    public void An_event_without_contracts_is_passed_on()
    {
        SnapshotsDropped dropped = new() { Count = 1, ReceivedAt = default };

        new WatchedEvents(Watched).Of(dropped).Should().BeSameAs(dropped);
    }

    [Fact]
    public void The_end_of_an_interruption_that_was_passed_on_is_passed_on_even_if_the_connection_has_lost_the_watched_contracts_meanwhile()
    {
        WatchedEvents events = new(Watched);
        events.Of(Interrupted("GB30AB03", "SAFAB03")).Should().NotBeNull();

        events.Of(Resumed("GB30AB03")).Should().BeOfType<FeedResumed>().Which.Contracts.Should().Equal(ContractSet.ByName("SAFAB03"));
        events.Of(Resumed("GB30AB03")).Should().BeNull("one end is enough");
    }

    private static FeedInterrupted Interrupted(params string[] contracts) =>
        new() { Connection = 1, Contracts = ContractSet.ByName(contracts), Reason = InterruptionReason.ConnectionLost, ReceivedAt = default };

    private static FeedResumed Resumed(params string[] contracts) =>
        new() { Connection = 1, Contracts = ContractSet.ByName(contracts), Gap = TimeSpan.FromSeconds(1), Attempts = 1, ReceivedAt = default };
}
