using HedgeTech.Ime.Cli.Alert;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>When rules are met.</summary>
public sealed class RuleBookTests
{
    [Theory]
    [InlineData("last > 100 reset 98", new[] { 99, 101, 102, 99, 101, 98, 101 }, new[] { 101, 101 })] // 99 is not back yet
    [InlineData("last > 100", new[] { 100, 101, 100, 101, 99, 101 }, new[] { 101, 101 })] // back at 99.9
    [InlineData("last > 100", new[] { 101, 102 }, new[] { 101 })] // it holds from the start
    [InlineData("last >= 100 reset 100", new[] { 99, 100, 100, 99, 100 }, new[] { 100, 100 })]
    [InlineData("last < 100 reset 102", new[] { 101, 99, 98, 101, 99, 102, 99 }, new[] { 99, 99 })]
    [InlineData("last <= 100 reset 100", new[] { 101, 100, 99, 101, 100 }, new[] { 100, 100 })]
    [InlineData("last > 100 reset 98", new[] { 90, 95, 100 }, new int[0])]
    [InlineData("change% > 5 reset 0", new[] { 105, 106, 101, 106, 100, 107 }, new[] { 106, 107 })]
    public void A_threshold_is_reported_once_until_the_value_has_come_back_far_enough(string rule, int[] prices, int[] reported)
    {
        RuleBook book = Market.Book($"SAFAB03 {rule}");

        int[] found = [.. prices.Where(price => book.On(Market.At(price), default).Count == 1)];

        found.Should().Equal(reported);
    }

    [Fact]
    public void An_unavailable_value_is_neither_a_crossing_nor_a_way_back()
    {
        RuleBook above = Market.Book("SAFAB03 last > 100");
        RuleBook below = Market.Book("SAFAB03 last < 100");
        MarketSnapshot unknown = Market.At(500) with { Unavailable = SnapshotFields.LastPrice };

        above.On(unknown, default).Should().BeEmpty();
        below.On(Market.At(0), default).Should().BeEmpty("0 means that nothing was traded");
        above.On(Market.At(101), default).Should().ContainSingle();
        above.On(unknown with { Aggregate = default }, default).Should().BeEmpty();
        above.On(Market.At(101), default).Should().BeEmpty("it has not come back meanwhile");
    }

    [Theory]
    [InlineData("last", 110)]
    [InlineData("bid", 99)]
    [InlineData("ask", 101)]
    [InlineData("mid", 100)]
    [InlineData("bid-quantity", 30)]
    [InlineData("ask-quantity", 10)]
    [InlineData("imbalance", 0.5)]
    [InlineData("spread", 2)]
    [InlineData("spread%", 2)]
    [InlineData("change", 10)]
    [InlineData("change%", 10)]
    [InlineData("open", 102)]
    [InlineData("high", 111)]
    [InlineData("low", 98)]
    [InlineData("close", 105)]
    [InlineData("volume", 7)]
    [InlineData("value", 700)]
    [InlineData("trades", 3)]
    [InlineData("open-interest", 50)]
    [InlineData("open-interest-change", -2)]
    public void A_field_has_its_value_and_none_if_the_message_lacks_it(string name, decimal value)
    {
        AlertField field = AlertField.All.Single(field => field.Name == name);

        field.Read(Market.Busy()).Should().Be(value);
        field.Read(Market.Busy() with { Unavailable = (SnapshotFields)uint.MaxValue }).Should().BeNull();
    }

    [Fact]
    public void A_percentage_of_nothing_or_beyond_all_bounds_is_unavailable()
    {
        AlertField change = AlertField.All.Single(static field => field.Name == "change%");

        change.Read(Market.At(100) with { Aggregate = new Aggregate { LastPrice = 100 } }).Should().BeNull();
        change.Read(Market.At(100) with { Aggregate = new Aggregate { LastPrice = decimal.MaxValue, PreviousClose = 0.0000000000000000001m } }).Should().BeNull();
    }

    [Fact]
    public void A_crossing_says_contract_rule_field_and_value()
    {
        Crossing crossing = Market.Book("SAFAB03 last > 100").On(Market.At(1234.5m), default).Single();

        crossing.Text.Should().Be("SAFAB03 last 1,234.5 > 100");
        System.Text.Encoding.UTF8.GetString(CrossingJson.Write(crossing)).Should().Be(
            """{"at":"2025-11-15T07:00:00+00:00","contract":"SAFAB03","rule":"SAFAB03 last > 100 reset 99.9","event":"crossed","field":"last","value":1234.5,"text":"SAFAB03 last 1,234.5 > 100"}""");
    }

    [Fact]
    public void A_rule_sees_only_its_own_contract()
    {
        RuleBook book = Market.Book("ETCDY03 last > 100", "SAFAB03 last > 100", "SAFAB03 last > 105");

        book.On(Market.At(110), default).Select(static crossing => crossing.Rule).Should().Equal("SAFAB03 last > 100 reset 99.9", "SAFAB03 last > 105 reset 104.895");
        book.Contracts.Should().Equal(ContractKey.Name("ETCDY03"), ContractKey.Name("SAFAB03"));
    }

    [Fact]
    public void Silence_is_reported_once_and_again_after_another_message()
    {
        RuleBook book = Market.Book("SAFAB03 silent 30s");

        At(29.9).Should().BeEmpty();
        At(30).Should().ContainSingle().Which.Text.Should().Be("SAFAB03 silent for 30 s");
        At(90).Should().BeEmpty();
        book.On(Market.At(1), TimeSpan.FromSeconds(100));
        At(129).Should().BeEmpty();
        At(130.5).Should().ContainSingle().Which.Seconds.Should().Be(30.5);

        IReadOnlyList<Crossing> At(double seconds) => book.OnTime(TimeSpan.FromSeconds(seconds), Market.Start, isOpen: true);
    }

    [Fact]
    public void Silence_counts_from_the_opening_and_is_reported_again_the_next_day()
    {
        RuleBook book = Market.Book("SAFAB03 silent 30s");

        At(100, isOpen: false).Should().BeEmpty();
        At(129, isOpen: true).Should().BeEmpty();
        At(130, isOpen: true).Should().ContainSingle();
        At(200, isOpen: false).Should().BeEmpty();
        At(229, isOpen: true).Should().BeEmpty();
        At(231, isOpen: true).Should().ContainSingle();

        IReadOnlyList<Crossing> At(double seconds, bool isOpen) => book.OnTime(TimeSpan.FromSeconds(seconds), Market.Start, isOpen);
    }

    [Fact]
    public void Silence_goes_on_while_other_contracts_and_events_arrive()
    {
        RuleBook book = Market.Book("SAFAB03 silent 30s");

        book.On(Market.At(1) with { Contract = ContractKey.Name("ETCDY03") }, TimeSpan.FromSeconds(20));
        book.On(Market.Resumed("SAFAB03"), TimeSpan.FromSeconds(20));

        book.OnTime(TimeSpan.FromSeconds(30), Market.Start, isOpen: true).Should().ContainSingle();
    }

    [Fact]
    public void A_gap_is_reported_when_it_begins_and_when_it_is_over_and_without_text_of_the_server()
    {
        RuleBook book = Market.Book("SAFAB03 gap", "ETCDY03 gap");

        book.On(Market.Interrupted("SAFAB03"), default).Single().Text.Should().Be("SAFAB03 interrupted: ConnectionLost");
        book.On(Market.Interrupted("SAFAB03"), default).Should().BeEmpty("the contracts are being spread over more connections");
        Crossing over = book.On(Market.Resumed("SAFAB03"), default).Single();
        (over.Text, over.Seconds).Should().Be(("SAFAB03 resumed after a gap of 12.3 s", 12.34));
        book.On(Market.Interrupted("SAFAB03", "ETCDY03"), default).Should().HaveCount(2);
    }

    [Fact]
    public void An_outage_of_the_relay_within_one_of_the_feed_is_neither_reported_nor_taken_for_its_end()
    {
        RuleBook book = Market.Book("SAFAB03 gap");

        book.On(Market.Interrupted("SAFAB03"), default).Should().ContainSingle();
        book.On(Market.Interrupted("SAFAB03") with { Connection = 0 }, default).Should().BeEmpty();
        book.On(Market.Resumed("SAFAB03") with { Connection = 0 }, default).Should().BeEmpty("the feed is still interrupted");
        book.On(Market.Resumed("SAFAB03"), default).Should().ContainSingle();
    }

    [Fact]
    public void Dropped_snapshots_are_a_gap_of_every_contract()
    {
        RuleBook book = Market.Book("SAFAB03 gap", "ETCDY03 gap", "SAFAB03 last > 5");

        book.On(new SnapshotsDropped { Count = 12 }, default).Select(static crossing => (crossing.Contract, crossing.Dropped)).Should().Equal(("SAFAB03", 12), ("ETCDY03", 12));
    }

    [Fact]
    public void A_persian_name_does_not_reorder_the_numbers_beside_it()
    {
        const string Name = "قرارداد آتی زعفران نگین تحویل دی ماه 1403";
        Crossing crossing = Market.Book($"{Name} last > 100").On(Market.At(101) with { Contract = ContractKey.Name(Name) }, default).Single();

        crossing.Text.Should().Be($"\u2068{Name}\u2069 last 101 > 100");
        crossing.Contract.Should().Be(Name);
    }
}
