using HedgeTech.Ime.Streaming.Arbitration;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class SnapshotContentTests
{
    private static readonly MarketSnapshot Original = new()
    {
        Contract = ContractKey.Name("C"),
        Timestamp = DateTimeOffset.UnixEpoch,
        BestLimit = new BestLimit(new BestLimitLevel(1, 2, 3, 4), default, default),
    };

    [Fact]
    public void Time_of_receipt_and_bytes_do_not_matter_for_the_equality_of_messages() =>
        SnapshotContent.IsSame(Original, Original with { ReceivedAt = DateTimeOffset.UnixEpoch, Frame = new byte[3] }).Should().BeTrue();

    [Fact]
    public void Trailing_zeros_of_a_price_do_not_matter_for_the_equality_of_messages() =>
        SnapshotContent.IsSame(Original, Original with { BestLimit = new BestLimit(new BestLimitLevel(1, 2.00m, 3, 4.0m), default, default) }).Should().BeTrue();

    [Fact]
    public void Messages_that_differ_in_any_other_property_are_not_equal()
    {
        MarketSnapshot[] others =
        [
            Original with { Channel = "other" },
            Original with { Contract = ContractKey.Id("C") },
            Original with { Timestamp = DateTimeOffset.UnixEpoch.AddTicks(1) },
            Original with { BestLimit = new BestLimit(new BestLimitLevel(1, 2, 3, 5), default, default) },
            Original with { BestLimit = new BestLimit(Original.BestLimit.Level1, default, new BestLimitLevel(1, 0, 0, 0)) },
            Original with { Aggregate = new Aggregate { TradeCount = 1 } },
            Original with { Aggregate = new Aggregate { PreviousClose = 1 } },
            Original with { Aggregate = new Aggregate { Time = new TimeOnly(10, 0) } },
            Original with { AllowedPriceRange = new AllowedPriceRange(0, 1) },
            Original with { ContractInfo = new ContractInfo(0, 1) },
            Original with { Unavailable = SnapshotFields.OpenInterest },
        ];
        others.Should().OnlyContain(other => !SnapshotContent.IsSame(Original, other));
        typeof(MarketSnapshot).GetProperties().Where(static property => property.SetMethod is not null).Should().HaveCount(
            10, "the comparison must cover a new property too: it covers channel, contract, time, four sections and unavailable, but not the frame and the time of receipt");
    }
}
