namespace HedgeTech.Ime.Tests.Market;

public sealed class ContractKeyComparerTests
{
    private static readonly ContractKeyComparer Comparer = ContractKeyComparer.PersianLetters;

    [Theory]
    [InlineData("آتی ک", "آتي ك")]
    [InlineData("یی", "يی")]
    [InlineData("SAFAB03", "SAFAB03")]
    public void Names_that_differ_only_in_Arabic_and_Persian_letters_are_equal(string one, string other)
    {
        Comparer.Equals(ContractKey.Name(one), ContractKey.Name(other)).Should().BeTrue();
        Comparer.GetHashCode(ContractKey.Name(one)).Should().Be(Comparer.GetHashCode(ContractKey.Name(other)));
    }

    [Theory]
    [InlineData("SAFAB03", "safab03")]
    [InlineData("آ", "ا")]
    [InlineData("ی", "ى")]
    [InlineData("ی", "یی")]
    public void All_other_characters_are_compared_ordinally(string one, string other) =>
        Comparer.Equals(ContractKey.Name(one), ContractKey.Name(other)).Should().BeFalse();

    [Fact]
    public void A_name_never_equals_an_id_and_default_keys_are_equal()
    {
        Comparer.Equals(ContractKey.Name("1"), ContractKey.Id("1")).Should().BeFalse();
        Comparer.Equals(default, default).Should().BeTrue();
        Comparer.Equals(default, ContractKey.Name("1")).Should().BeFalse();
        Comparer.GetHashCode(default).Should().Be(Comparer.GetHashCode(default));
    }

    [Fact]
    public void A_dictionary_with_the_comparer_finds_a_contract_in_any_spelling_and_the_library_does_not()
    {
        Dictionary<ContractKey, int> mine = new(Comparer) { [ContractKey.Name("آتی ک")] = 1 };

        mine[ContractKey.Name("آتي ك")].Should().Be(1);
        ContractSet.ByName("آتی", "آتي").Should().HaveCount(2);
    }
}
