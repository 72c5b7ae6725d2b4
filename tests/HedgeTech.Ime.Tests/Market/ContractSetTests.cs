namespace HedgeTech.Ime.Tests.Market;

public sealed class ContractSetTests
{
    [Fact]
    public void Contracts_stay_in_the_order_of_their_first_appearance_and_duplicates_are_merged()
    {
        ContractSet set = new([ContractKey.Name("b"), ContractKey.Id("1"), ContractKey.Name("a"), ContractKey.Name("b"), ContractKey.Id("1"), ContractKey.Name("1")]);

        set.Should().Equal(ContractKey.Name("b"), ContractKey.Id("1"), ContractKey.Name("a"), ContractKey.Name("1"));
        set.Count.Should().Be(4);
    }

    [Fact]
    public void Names_that_differ_in_any_code_point_are_different_contracts()
    {
        ContractSet.ByName("نگين", "نگین", "نگين ").Should().HaveCount(3);
    }

    [Fact]
    public void A_set_by_name_or_by_id_contains_keys_of_that_kind()
    {
        ContractSet.ByName("a", "b").Should().Equal(ContractKey.Name("a"), ContractKey.Name("b"));
        ContractSet.ById(["1", "2"]).Should().Equal(ContractKey.Id("1"), ContractKey.Id("2"));
        ContractSet.ByName(new List<string> { "a" }).Should().Equal(ContractKey.Name("a"));
        ContractSet.ById(new List<string> { "1" }).Should().Equal(ContractKey.Id("1"));
    }

    [Fact]
    public void Contains_compares_kind_and_value()
    {
        ContractSet set = ContractSet.ByName("276");

        set.Contains(ContractKey.Name("276")).Should().BeTrue();
        set.Contains(ContractKey.Id("276")).Should().BeFalse();
        set.Contains(ContractKey.Name("277")).Should().BeFalse();
        set.Contains(default).Should().BeFalse();
    }

    [Fact]
    public void An_empty_set_is_refused()
    {
        Func<ContractSet> none = static () => new ContractSet([]);
        Func<ContractSet> noNames = static () => ContractSet.ByName();

        none.Should().Throw<ArgumentException>().WithMessage("The set is empty*");
        noNames.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_blank_contract_is_refused_with_its_index(string? value)
    {
        Func<ContractSet> byName = () => ContractSet.ByName("fine", "💰 fine", value!);
        Func<ContractSet> byId = () => ContractSet.ById("1", "2", value!);

        byName.Should().Throw<ArgumentException>().WithMessage("*Name at index 2*");
        byId.Should().Throw<ArgumentException>().WithMessage("*Id at index 2*");
    }

    [Fact]
    public void A_contract_that_is_not_valid_Unicode_is_refused_with_its_index()
    {
        foreach (string half in (string[])["\uD83D", "a\uD83D", "\uDCB0\uD83D", "\uDCB0 "])
        {
            Func<ContractSet> byName = () => ContractSet.ByName("fine", "💰 fine", half);

            byName.Should().Throw<ArgumentException>().WithMessage("*Name at index 2 is not valid Unicode*");
        }
    }

    [Fact]
    public void A_key_without_a_kind_or_value_is_refused()
    {
        Func<ContractSet> unset = static () => new ContractSet([default]);
        Func<ContractSet> unknown = static () => new ContractSet([new ContractKey((ContractKeyKind)7, "a")]);

        unset.Should().Throw<ArgumentException>();
        unknown.Should().Throw<ArgumentException>().WithMessage("*unknown kind 7*");
    }

    [Fact]
    public void The_exception_for_a_null_argument_of_a_set_names_it()
    {
        Func<ContractSet> contracts = static () => new ContractSet(null!);
        Func<ContractSet> names = static () => ContractSet.ByName((string[])null!);
        Func<ContractSet> ids = static () => ContractSet.ById((IEnumerable<string>)null!);

        contracts.Should().Throw<ArgumentNullException>().WithParameterName("contracts");
        names.Should().Throw<ArgumentNullException>().WithParameterName("contractNames");
        ids.Should().Throw<ArgumentNullException>().WithParameterName("contractIds");
    }

    [Fact]
    public void Later_changes_to_the_source_do_not_change_the_set()
    {
        List<ContractKey> source = [ContractKey.Name("a")];
        ContractSet set = new(source);

        source.Add(ContractKey.Name("b"));

        set.Should().Equal(ContractKey.Name("a"));
    }

    [Fact]
    public void Text_of_a_contract_set_is_short()
    {
        ContractSet.ByName("a", "b", "c").ToString().Should().Be("a, b, c");
        ContractSet.ById("1", "2", "3", "4").ToString().Should().Be("4 contracts: id:1, id:2, id:3, …");
    }

    [Fact]
    public void Sets_are_equal_if_they_hold_the_same_contracts_in_the_same_order()
    {
        ContractSet set = ContractSet.ByName("a", "b");

        set.Equals(ContractSet.ByName("a", "b", "a")).Should().BeTrue();
        (set == ContractSet.ByName("a", "b")).Should().BeTrue();
        set.GetHashCode().Should().Be(ContractSet.ByName("a", "b").GetHashCode());
        (set != ContractSet.ByName("b", "a")).Should().BeTrue("the order decides which connection carries a contract");
        set.Equals(ContractSet.ById("a", "b")).Should().BeFalse();
        set.Equals(ContractSet.ByName("a")).Should().BeFalse();
        set.Equals((object?)null).Should().BeFalse();
        new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("a", "b") }.Should().Be(new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("a", "b") });
    }

    [Fact]
    public void A_collection_expression_makes_a_set()
    {
        ContractSet set = [ContractKey.Name("a"), ContractKey.Id("1"), ContractKey.Name("a")];

        set.Should().Equal(ContractKey.Name("a"), ContractKey.Id("1"));
        this.Invoking(static _ => { ContractSet none = []; return none; }).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Frames_are_compared_byte_by_byte()
    {
        FrameRejected rejected = new() { Reason = "no JSON", Frame = new byte[] { 1, 2 } };

        rejected.Should().Be(rejected with { Frame = new byte[] { 1, 2 } });
        rejected.GetHashCode().Should().Be((rejected with { Frame = new byte[] { 1, 2 } }).GetHashCode());
        rejected.Should().NotBe(rejected with { Frame = new byte[] { 1, 3 } });
        new MarketSnapshot { Frame = new byte[] { 1 } }.Should().Be(new MarketSnapshot { Frame = new byte[] { 1 } });
    }
}
