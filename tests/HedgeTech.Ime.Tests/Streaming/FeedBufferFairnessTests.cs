using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>During a long overload, every contract is delivered regularly, regardless of the rhythm of the market and the speed of the consumer.</summary>
public sealed class FeedBufferFairnessTests
{
    public enum Rhythm
    {
        RoundsInAFixedOrder,
        Bursts,
        OneBusyContract,
        AtRandom,
    }

    [Theory]
    [InlineData(Rhythm.RoundsInAFixedOrder)]
    [InlineData(Rhythm.Bursts)]
    [InlineData(Rhythm.OneBusyContract)]
    [InlineData(Rhythm.AtRandom)]
    public void A_waiting_contract_is_delivered_within_one_round_of_the_queue_and_its_newest_state_arrives(Rhythm rhythm)
    {
        int seed = Random.Shared.Next();
        for (int life = 0; life < 60; life++)
        {
            Random random = new(unchecked(seed + life));
            int contracts = random.Next(1, 40);
            int capacity = random.Next(1, 120);
            int limit = Math.Max(capacity, contracts);
            double takenPerAdded = random.NextDouble() * (random.Next(3) == 0 ? 1.1 : 0.5);
            string because = $"seed {seed}, life {life}: {contracts} contracts, capacity {capacity}, {takenPerAdded:0.00} taken for each added";
            FeedBuffer buffer = new(new FeedOptions { Capacity = capacity }, contracts, snapshotsOnly: random.Next(2) == 0);
            Watched watched = new(buffer, contracts, limit, because);
            IEnumerator<int> arrivals = Arrivals(rhythm, contracts, random).GetEnumerator();
            double due = 0;
            for (int step = 0; step < 40 * limit; step++)
            {
                arrivals.MoveNext();
                watched.Add(arrivals.Current);
                for (due += takenPerAdded; due >= 1 && !buffer.IsEmpty; due--)
                {
                    watched.Take();
                }

                due = Math.Min(due, 1);
            }

            while (!buffer.IsEmpty)
            {
                watched.Take();
            }

            watched.CheckEnd();
        }
    }

    [Fact]
    public void A_snapshot_stays_between_the_same_events_regardless_of_drops()
    {
        int seed = Random.Shared.Next();
        for (int life = 0; life < 300; life++)
        {
            Random random = new(unchecked(seed + life));
            int contracts = random.Next(1, 8);
            int capacity = random.Next(1, 30);
            string because = $"seed {seed}, life {life}";
            FeedDelivery delivery = random.Next(3) == 0 ? FeedDelivery.LatestPerContract : FeedDelivery.EverySnapshot;
            FeedBuffer buffer = new(new FeedOptions { Capacity = capacity, Delivery = delivery }, contracts, snapshotsOnly: false);
            Watched watched = new(buffer, contracts, limit: null, because);
            for (int step = 0; step < 500; step++)
            {
                switch (random.Next(10))
                {
                    case 0:
                        watched.AddEvent();
                        break;
                    case < 7:
                        watched.Add(random.Next(contracts));
                        break;
                    case var _ when !buffer.IsEmpty:
                        watched.Take();
                        break;
                }

                buffer.Waiting.Should().BeLessThanOrEqualTo(Math.Max(capacity, contracts) + 1, because);
            }

            while (!buffer.IsEmpty)
            {
                watched.Take();
            }

            watched.CheckEnd();
        }
    }

    [Fact]
    public void A_queue_that_shrinks_again_loses_no_waiting_snapshot()
    {
        FeedBuffer buffer = new(new FeedOptions { Capacity = 2000 }, 2, snapshotsOnly: false);
        Watched watched = new(buffer, contracts: 2, limit: 2000, because: "this test has no seed");
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 3000; i++)
            {
                watched.Add(0);
            }

            watched.Add(1);
            while (buffer.Waiting > 3)
            {
                watched.Take();
            }
        }

        while (!buffer.IsEmpty)
        {
            watched.Take();
        }

        watched.CheckEnd();
    }

    private static IEnumerable<int> Arrivals(Rhythm rhythm, int contracts, Random random)
    {
        while (true)
        {
            for (int contract = 0; contract < contracts; contract++)
            {
                switch (rhythm)
                {
                    case Rhythm.RoundsInAFixedOrder:
                        yield return contract;
                        break;
                    case Rhythm.Bursts:
                        for (int i = random.Next(1, 30); i > 0; i--)
                        {
                            yield return contract;
                        }

                        break;
                    case Rhythm.OneBusyContract:
                        for (int i = 0; i < 5; i++)
                        {
                            yield return 0;
                        }

                        yield return contract;
                        break;
                    case Rhythm.AtRandom:
                        yield return random.Next(contracts);
                        break;
                }
            }
        }
    }

    /// <summary>A buffer between a market and a consumer, whose promises are checked at every step.</summary>
    private sealed class Watched(FeedBuffer buffer, int contracts, int? limit, string because)
    {
        private static readonly ContractSet EventContracts = ContractSet.ByName("A");

        private readonly ContractKey[] _keys = [.. Enumerable.Range(0, contracts).Select(static i => ContractKey.Name($"{i}"))];
        private readonly int[] _sent = new int[contracts];
        private readonly int[] _taken = new int[contracts];
        private readonly long[] _waitsSince = new long[contracts];
        private long _received;
        private long _snapshotsTaken;
        private long _announced;
        private int _eventsAdded;
        private int _eventsTaken;
        private bool _wasAnnouncement;

        public void Add(int contract)
        {
            if (_taken[contract] == _sent[contract])
            {
                _waitsSince[contract] = _snapshotsTaken;
            }

            _received++;
            buffer.Add(new MarketSnapshot
            {
                Contract = _keys[contract],
                Aggregate = new Aggregate { TradeCount = ++_sent[contract], TotalVolume = _eventsAdded },
            });
            CheckCounts();
        }

        public void AddEvent()
        {
            _eventsAdded++;
            buffer.Add(new FeedSilent { Contracts = EventContracts, Connection = _eventsAdded });
        }

        public void Take()
        {
            Require(buffer.TryTake(out FeedEvent? taken), "the consumer can take every waiting event");
            Require(!(taken is SnapshotsDropped && _wasAnnouncement), "a snapshot or an event follows each announcement of drops");
            _wasAnnouncement = taken is SnapshotsDropped;
            switch (taken)
            {
                case SnapshotsDropped dropped:
                    _announced += dropped.Count;
                    break;
                case FeedSilent silent:
                    Require(silent.Connection == ++_eventsTaken, "events keep their order");
                    break;
                case MarketSnapshot snapshot:
                    Take(snapshot);
                    break;
            }

            CheckCounts();
        }

        public void CheckEnd()
        {
            _taken.Should().Equal(_sent, because);
            _eventsTaken.Should().Be(_eventsAdded, because);
            if (_announced > 0)
            {
                _announced.Should().Be(buffer.Dropped, because);
            }
        }

        private void Take(MarketSnapshot snapshot)
        {
            int contract = int.Parse(snapshot.Contract.Value, provider: null);
            int number = (int)snapshot.Aggregate.TradeCount;
            Require(number > _taken[contract], $"contract {contract} goes from {_taken[contract]} to {number}: out of order, or twice");
            Require(snapshot.Aggregate.TotalVolume == _eventsTaken, "a snapshot stays between the events between which it arrived");
            _snapshotsTaken++;
            Require(
                limit is null || _snapshotsTaken - _waitsSince[contract] <= limit + 1,
                $"contract {contract} waited while {_snapshotsTaken - _waitsSince[contract]} snapshots were delivered, and the queue holds {limit}");
            _taken[contract] = number;
            _waitsSince[contract] = _snapshotsTaken;
        }

        private void CheckCounts() =>
            Require(_received == buffer.Delivered + buffer.Dropped + buffer.Replaced + buffer.Waiting, "received = delivered + dropped + replaced + waiting");

        private void Require(bool condition, string promise)
        {
            if (!condition)
            {
                throw new InvalidOperationException($"Broken: {promise} ({because}).");
            }
        }
    }
}
