using HedgeTech.Ime.Cli.Relay;

namespace HedgeTech.Ime.Cli.Tests.Relay;

public sealed class WatchedEventsTests
{
    private static readonly ContractSet Watched = ContractSet.ByName("SAFAB03", "ETCDY03");

    [Fact]
    public void An_event_of_the_publisher_names_only_the_watched_contracts()
    {
        FeedEvent? happened = WatchedEvents.Of(Resumed("GB30AB03", "SAFAB03"), Watched);

        happened.Should().BeOfType<FeedResumed>().Which.Contracts.Should().Equal(ContractSet.ByName("SAFAB03"));
    }

    [Fact]
    public void An_event_that_concerns_no_watched_contract_is_left_out() => WatchedEvents.Of(Resumed("GB30AB03"), Watched).Should().BeNull();

    [Fact]
    public void An_event_without_contracts_is_passed_on()
    {
        SnapshotsDropped dropped = new() { Count = 1, ReceivedAt = default };

        WatchedEvents.Of(dropped, Watched).Should().BeSameAs(dropped);
    }

    private static FeedResumed Resumed(params string[] contracts) =>
        new() { Connection = 1, Contracts = ContractSet.ByName(contracts), Gap = TimeSpan.FromSeconds(1), Attempts = 1, ReceivedAt = default };
}
