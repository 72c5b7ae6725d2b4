namespace HedgeTech.Ime.Tests.Market;

public sealed class BestLimitTests
{
    private static readonly BestLimitLevel First = new(1, 10, 2, 20);
    private static readonly BestLimitLevel Second = new(3, 9, 4, 21);
    private static readonly BestLimitLevel Third = new(5, 8, 6, 22);
    private static readonly BestLimit Book = new(First, Second, Third);

    [Fact]
    public void Levels_are_numbered_as_on_the_wire()
    {
        Book[1].Should().Be(First);
        Book[2].Should().Be(Second);
        Book[3].Should().Be(Third);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_level_other_than_1_2_or_3_is_refused(int level)
    {
        Func<BestLimitLevel> read = () => Book[level];

        read.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(level)).Which.ActualValue.Should().Be(level);
    }

    [Fact]
    public void Levels_are_enumerated_best_first()
    {
        Book.Count.Should().Be(3);
        Book.ToArray().Should().Equal(First, Second, Third);
        Book.Should().HaveCount(Book.Count);
    }
}
