namespace HedgeTech.Ime.Tests.Market;

public sealed class ContractKeyTests
{
    [Fact]
    public void A_key_has_the_given_kind_and_the_unchanged_value()
    {
        ContractKey.Name(" زعفران  نگين ").Should().Be(new ContractKey(ContractKeyKind.Name, " زعفران  نگين "));
        ContractKey.Id("276").Should().Be(new ContractKey(ContractKeyKind.Id, "276"));
    }

    [Fact]
    public void Keys_are_compared_by_code_point_and_kind()
    {
        ContractKey.Name("ی").Should().NotBe(ContractKey.Name("ي"));
        ContractKey.Name("a").Should().NotBe(ContractKey.Name("A"));
        ContractKey.Name("276").Should().NotBe(ContractKey.Id("276"));
        ContractKey.Name("é").Should().NotBe(ContractKey.Name("e\u0301"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    [InlineData("\u00A0")]
    [InlineData(null)]
    public void A_key_without_a_value_is_refused(string? value)
    {
        Func<ContractKey> name = () => ContractKey.Name(value!);
        Func<ContractKey> id = () => ContractKey.Id(value!);

        name.Should().Throw<ArgumentException>().WithParameterName(nameof(value));
        id.Should().Throw<ArgumentException>().WithParameterName(nameof(value));
    }

    [Fact]
    public void The_text_of_a_key_distinguishes_an_id_from_a_name()
    {
        ContractKey.Name("SAFAB03").ToString().Should().Be("SAFAB03");
        ContractKey.Id("276").ToString().Should().Be("id:276");
        default(ContractKey).ToString().Should().BeEmpty();
    }
}
