using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The number of waiting events other than snapshots is also limited, for a consumer that takes none.</summary>
public sealed class FeedBufferBoundsTests
{
    [Fact]
    public void Waiting_rejected_frames_take_at_most_a_megabyte_except_a_single_longer_one()
    {
        FeedBuffer buffer = Buffer();
        FrameRejected huge = new() { Reason = "no object", Frame = new byte[3 * 1024 * 1024] };
        FrameRejected third = new() { Reason = "no object", Frame = new byte[350 * 1024] };
        buffer.Add(huge);
        buffer.Add(third);
        Drain(buffer).Should().HaveCount(1, "the first frame alone exceeds the limit for all frames");
        for (int i = 0; i < 5; i++)
        {
            buffer.Add(third);
        }

        Drain(buffer).Should().HaveCount(2);
        buffer.Add(third);
        Drain(buffer).Should().HaveCount(1, "the buffer has room again once the consumer has taken them");
    }

    [Fact]
    public void Outages_beyond_a_thousand_waiting_events_are_merged_into_one_and_other_events_are_kept()
    {
        FeedBuffer buffer = Buffer();
        ContractSet[] contracts = [ContractSet.ByName("A"), ContractSet.ByName("B")];
        DateTimeOffset start = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        int attempts = 0;
        TimeSpan gap = TimeSpan.FromMilliseconds(400);
        for (int flap = 0; flap < 5000; flap++)
        {
            int connection = flap % 2;
            DateTimeOffset at = start.AddSeconds(flap);
            buffer.Add(new FeedInterrupted { Connection = connection, Contracts = contracts[connection], Reason = InterruptionReason.Closed, ReceivedAt = at });
            buffer.Add(new FeedConnected { Connection = connection, Contracts = contracts[connection], ReceivedAt = at + gap });
            buffer.Add(new FeedResumed { Connection = connection, Contracts = contracts[connection], Attempts = 1, Gap = gap, ReceivedAt = at + gap });
            buffer.Add(new MarketSnapshot { Contract = ContractKey.Name($"{connection}"), Aggregate = new Aggregate { TradeCount = flap } });
            attempts++;
        }

        List<FeedEvent> taken = Drain(buffer);

        taken.OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(Enumerable.Range(0, 5000).Select(static flap => (long)flap));
        taken.Count(static e => e is not MarketSnapshot).Should().BeLessThanOrEqualTo(1024 + 6);
        taken.OfType<FeedResumed>().Sum(static resumed => resumed.Attempts).Should().Be(attempts);
        for (int connection = 0; connection < 2; connection++)
        {
            FeedEvent[] outages = [.. taken.Where(e => e is FeedInterrupted i && i.Connection == connection || e is FeedResumed r && r.Connection == connection)];
            outages.Select(static e => e is FeedInterrupted).Should().Equal(Enumerable.Range(0, outages.Length).Select(static i => i % 2 == 0), "each outage has one start and one end");
            FeedResumed last = (FeedResumed)outages[^1];
            last.ReceivedAt.Should().Be(start.AddSeconds(4998 + connection) + gap);
            last.Gap.Should().Be(last.ReceivedAt - outages[^2].ReceivedAt, "the merged outage spans all of its outages");
            taken.FindLastIndex(e => e is FeedConnected c && c.Connection == connection).Should().BeLessThan(taken.IndexOf(last)).And.BeGreaterThan(taken.IndexOf(outages[^2]));
        }
    }

    [Fact]
    public void An_outage_of_other_contracts_on_a_connection_with_the_same_number_is_not_merged()
    {
        FeedBuffer buffer = Buffer();
        ContractSet before = ContractSet.ByName("A");
        ContractSet after = ContractSet.ByName("A", "B");
        for (int i = 0; i < 1100; i++)
        {
            ContractSet contracts = i < 1050 ? before : after;
            buffer.Add(new FeedInterrupted { Connection = 1, Contracts = contracts });
            buffer.Add(new FeedResumed { Connection = 1, Contracts = contracts });
        }

        List<FeedEvent> taken = Drain(buffer);
        taken.Should().HaveCount(1024 + 2);
        taken[^2].Should().BeOfType<FeedInterrupted>().Which.Contracts.Should().BeSameAs(after);
        taken[^1].Should().BeOfType<FeedResumed>().Which.Contracts.Should().BeSameAs(after);
    }

    private static FeedBuffer Buffer() => new(new FeedOptions { Capacity = 100_000 }, 2, snapshotsOnly: false);

    private static List<FeedEvent> Drain(FeedBuffer buffer)
    {
        List<FeedEvent> taken = [];
        while (buffer.TryTake(out FeedEvent? next))
        {
            taken.Add(next!);
        }

        return taken;
    }
}
