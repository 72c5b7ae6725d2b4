using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class FeedBufferTests
{
    [Fact]
    public void Nothing_is_lost_up_to_the_capacity()
    {
        FeedBuffer buffer = Buffer(capacity: 3);
        Add(buffer, "A1", "A2", "B1");

        Drain(buffer).Should().Equal("A1", "A2", "B1");
        buffer.Dropped.Should().Be(0);
        buffer.Delivered.Should().Be(3);
    }

    [Fact]
    public void A_grown_buffer_does_not_grow_with_the_number_of_events_that_pass()
    {
        FeedBuffer buffer = Buffer(capacity: 100);
        MarketSnapshot[] snapshots = [.. Enumerable.Range(0, 50).Select(static i => new MarketSnapshot { Contract = ContractKey.Name($"{i % 5}") })];
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100_000; i++)
            {
                buffer.Add(snapshots[i % snapshots.Length]);
                if (i % snapshots.Length == 0)
                {
                    while (buffer.TryTake(out _))
                    {
                        // Takes everything that waits.
                    }
                }
            }

            if (round > 0)
            {
                (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1000);
            }
        }
    }

    [Fact]
    public void Conflation_removes_the_oldest_snapshot_of_the_same_contract_and_announces_the_count_before_the_next_event()
    {
        FeedBuffer buffer = Buffer(capacity: 3);
        Add(buffer, "A1", "B1", "B2", "B3", "B4");

        Drain(buffer).Should().Equal("dropped 2", "A1", "B3", "B4");
        buffer.Dropped.Should().Be(2);
    }

    [Fact]
    public void Conflation_drops_a_snapshot_of_the_contract_with_the_most_waiting_for_a_new_contract()
    {
        FeedBuffer buffer = Buffer(capacity: 4);
        Add(buffer, "A1", "B1", "C1", "B2", "D1");

        Drain(buffer).Should().Equal("dropped 1", "A1", "B2", "C1", "D1");
    }

    [Fact]
    public void One_snapshot_per_contract_can_wait_regardless_of_the_capacity()
    {
        FeedBuffer buffer = Buffer(capacity: 1, contracts: 3);
        Add(buffer, "A1", "B1", "C1", "A2");

        Drain(buffer).Should().Equal("dropped 1", "A2", "B1", "C1");
    }

    [Fact]
    public void A_snapshot_of_an_unrequested_contract_replaces_the_oldest_one_in_a_full_buffer()
    {
        FeedBuffer buffer = Buffer(capacity: 2);
        Add(buffer, "A1", "B1", "C1");

        Drain(buffer).Should().Equal("dropped 1", "B1", "C1");
    }

    [Fact]
    public void DropOldest_removes_the_oldest_snapshot_but_no_event()
    {
        FeedBuffer buffer = Buffer(capacity: 2, overflow: FeedOverflow.DropOldest);
        buffer.Add(Resumed());
        Add(buffer, "A1", "B1", "A2");

        Drain(buffer).Should().Equal("dropped 1", "resumed", "B1", "A2");
    }

    [Fact]
    public void A_consumer_that_is_always_too_slow_gets_snapshots_between_the_announcements_of_drops()
    {
        FeedBuffer buffer = Buffer(capacity: 2);
        List<string> taken = [];
        for (int number = 1; number <= 24; number += 4)
        {
            Add(buffer, $"A{number}", $"A{number + 1}", $"A{number + 2}", $"A{number + 3}");
            taken.Add(TakeOne(buffer));
        }

        // The event after a SnapshotsDropped stays the next one: A3 is kept although newer ones arrive.
        taken.Should().Equal("dropped 2", "A3", "dropped 7", "A11", "dropped 7", "A19");
    }

    [Fact]
    public void With_Wait_producers_wait_exactly_at_the_capacity()
    {
        FeedBuffer buffer = Buffer(capacity: 2, overflow: FeedOverflow.Wait);
        Add(buffer, "A1");
        buffer.MustWait.Should().BeFalse();
        Add(buffer, "A2");
        buffer.MustWait.Should().BeTrue();
        buffer.TryTake(out _).Should().BeTrue();
        buffer.MustWait.Should().BeFalse();
        buffer.Dropped.Should().Be(0);
    }

    [Fact]
    public void With_LatestPerContract_a_newer_snapshot_takes_the_place_of_the_waiting_one()
    {
        FeedBuffer buffer = Buffer(delivery: FeedDelivery.LatestPerContract);
        Add(buffer, "A1", "B1", "A2", "A3");

        Drain(buffer).Should().Equal("A3", "B1");
        buffer.Replaced.Should().Be(2);
        buffer.Dropped.Should().Be(0, "replacement is not a drop");
    }

    [Fact]
    public void With_LatestPerContract_no_snapshot_moves_ahead_of_an_earlier_event()
    {
        FeedBuffer buffer = Buffer(delivery: FeedDelivery.LatestPerContract);
        Add(buffer, "A1");
        buffer.Add(Resumed());
        Add(buffer, "A2");

        Drain(buffer).Should().Equal("resumed", "A2");
        buffer.Replaced.Should().Be(1);
    }

    [Fact]
    public void With_LatestPerContract_the_number_of_waiting_snapshots_is_limited()
    {
        FeedBuffer buffer = Buffer(capacity: 2, delivery: FeedDelivery.LatestPerContract, overflow: FeedOverflow.Wait);
        Add(buffer, "A1", "B1", "C1");

        buffer.MustWait.Should().BeFalse("a replacement takes no additional room");
        Drain(buffer).Should().Equal("dropped 1", "B1", "C1");
    }

    [Fact]
    public void At_most_256_rejected_frames_wait()
    {
        FeedBuffer buffer = Buffer();
        for (int i = 0; i < 300; i++)
        {
            buffer.Add(new FrameRejected { Reason = "no object" });
        }

        Drain(buffer).Should().HaveCount(256);
        buffer.Add(new FrameRejected { Reason = "no object" });
        Drain(buffer).Should().HaveCount(1, "the buffer has room again once the consumer has taken them");
    }

    [Fact]
    public void A_consumer_of_snapshots_gets_no_other_events()
    {
        FeedBuffer buffer = new(new FeedOptions { Capacity = 1 }, 1, snapshotsOnly: true);
        buffer.Add(Resumed());
        buffer.IsEmpty.Should().BeTrue();
        Add(buffer, "A1", "A2");

        Drain(buffer).Should().Equal("A2");
        buffer.Dropped.Should().Be(1);
    }

    [Theory]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.Conflate)]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.DropOldest)]
    [InlineData(FeedDelivery.LatestPerContract, FeedOverflow.Conflate)]
    public void Counts_order_and_newest_states_are_correct_in_random_runs(FeedDelivery delivery, FeedOverflow overflow)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int life = 0; life < 300; life++)
        {
            int contracts = random.Next(1, 6);
            int limit = Math.Max(random.Next(1, 12), contracts);
            FeedBuffer buffer = Buffer(limit, contracts, delivery, overflow);
            int received = 0;
            long announced = 0;
            int[] sent = new int[contracts];
            int[] taken = new int[contracts];
            bool wasAnnounced = false;
            string because = $"seed {seed}, life {life}";
            for (int step = 0; step < 200; step++)
            {
                int contract = random.Next(contracts);
                if (random.Next(3) > 0)
                {
                    buffer.Add(Snapshot($"{(char)('A' + contract)}{++sent[contract]}"));
                    received++;
                }
                else
                {
                    wasAnnounced = Take(buffer, taken, ref announced, wasAnnounced, because);
                }

                // The buffer may hold the event after a SnapshotsDropped in addition to its capacity.
                buffer.Waiting.Should().BeLessThanOrEqualTo(limit + (wasAnnounced ? 1 : 0), because);
                (buffer.Delivered + buffer.Dropped + buffer.Replaced + buffer.Waiting).Should().Be(received, because);
            }

            while (!buffer.IsEmpty)
            {
                wasAnnounced = Take(buffer, taken, ref announced, wasAnnounced, because);
            }

            announced.Should().Be(buffer.Dropped, because);
            if (overflow == FeedOverflow.Conflate)
            {
                taken.Should().Equal(sent, because);
            }
        }
    }

    private static bool Take(FeedBuffer buffer, int[] taken, ref long announced, bool wasAnnounced, string because)
    {
        if (buffer.TryTake(out FeedEvent? next) && next is SnapshotsDropped dropped)
        {
            wasAnnounced.Should().BeFalse(because);
            announced += dropped.Count;
        }
        else if (next is MarketSnapshot snapshot)
        {
            int contract = snapshot.Contract.Value[0] - 'A';
            int number = (int)snapshot.Aggregate.TradeCount;
            number.Should().BeGreaterThan(taken[contract], because);
            taken[contract] = number;
        }

        return next is SnapshotsDropped;
    }

    private static FeedBuffer Buffer(
        int capacity = 100,
        int contracts = 1,
        FeedDelivery delivery = FeedDelivery.EverySnapshot,
        FeedOverflow overflow = FeedOverflow.Conflate) =>
        new(new FeedOptions { Capacity = capacity, Delivery = delivery, Overflow = overflow }, contracts, snapshotsOnly: false);

    private static void Add(FeedBuffer buffer, params string[] snapshots)
    {
        foreach (string snapshot in snapshots)
        {
            buffer.Add(Snapshot(snapshot));
        }
    }

    private static MarketSnapshot Snapshot(string name) => new()
    {
        Contract = ContractKey.Name(name[..1]),
        Aggregate = new Aggregate { TradeCount = int.Parse(name.AsSpan(1), provider: null) },
    };

    private static FeedResumed Resumed() => new() { Contracts = ContractSet.ByName("A") };

    private static List<string> Drain(FeedBuffer buffer)
    {
        List<string> drained = [];
        while (!buffer.IsEmpty)
        {
            drained.Add(TakeOne(buffer));
        }

        return drained;
    }

    private static string TakeOne(FeedBuffer buffer)
    {
        buffer.TryTake(out FeedEvent? next).Should().BeTrue();
        return next switch
        {
            MarketSnapshot snapshot => $"{snapshot.Contract}{snapshot.Aggregate.TradeCount}",
            SnapshotsDropped dropped => $"dropped {dropped.Count}",
            FeedResumed => "resumed",
            _ => next!.GetType().Name,
        };
    }
}
