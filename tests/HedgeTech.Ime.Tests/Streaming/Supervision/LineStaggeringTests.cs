using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Redundant lines open at different times, and their keep-alives are also apart.</summary>
public sealed class LineStaggeringTests : SupervisedFeed
{
    private readonly LineStaggering _staggering = new(KeepAlives);

    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void A_single_line_opens_without_waiting()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.AddShard(ContractSet.ByName("B"));
        _staggering.ReserveOpening(shard.Slots[0], _now).Should().Be(TimeSpan.Zero);
        Open(supervisor, shard);
        _staggering.ReserveOpening(shard.Slots[0], _now).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Two_slots_that_want_to_open_at_the_same_moment_take_turns()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        _staggering.ReserveOpening(shard.Slots[0], _now).Should().Be(TimeSpan.Zero);
        _staggering.ReserveOpening(shard.Slots[1], _now).Should().Be(Apart);
        _staggering.ReserveOpening(shard.Slots[1], _now).Should().Be(Apart, "a slot that reserves again gives up its earlier turn");
        _staggering.ReserveOpening(shard.Slots[0], _now.AddMilliseconds(100)).Should().Be(Apart * 2 - TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_failed_attempt_leaves_its_turn_to_the_other_slots()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        _staggering.ReserveOpening(shard.Slots[0], _now);
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(null), _now);
        _staggering.ReserveOpening(shard.Slots[1], _now).Should().Be(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(400, 100)]
    [InlineData(500, 0)]
    [InlineData(14_500, 0)]
    [InlineData(14_600, 900)]
    [InlineData(30_000, 500)]
    [InlineData(3_600_100, 400)]
    public void A_line_is_opened_apart_from_all_keep_alives_of_the_other(int since, int wait)
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        OpenOn(supervisor, shard.Slots[0]);
        _staggering.ReserveOpening(shard.Slots[1], _now.AddMilliseconds(since)).Should().Be(TimeSpan.FromMilliseconds(wait));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_keep_alives_of_lines_stay_apart_and_no_line_waits_long(int redundancy)
    {
        const int Seed = 20260103;
        Random random = new(Seed);
        FeedSupervisor supervisor = Supervisor(redundancy: redundancy);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int round = 0; round < 2_000; round++)
        {
            LineSlot slot = shard.Slots[random.Next(redundancy)];
            _now += TimeSpan.FromMilliseconds(random.Next(20_000));
            TimeSpan wait = _staggering.ReserveOpening(slot, _now);
            wait.Should().BeLessThanOrEqualTo(Apart * 2 * (redundancy - 1), "seed {0}, round {1}", Seed, round);
            _now += wait;
            if (slot.Current is { } old)
            {
                supervisor.Lines.LineEnded(old, Lost, _now);
            }

            OpenOn(supervisor, slot);
            Moment[] opened = [.. shard.Lines.Select(static line => line.OpenedAt)];
            for (int i = 0; i < opened.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    long phase = Math.Abs((opened[i] - opened[j]).Ticks) % KeepAlives.Ticks;
                    phase.Should().BeInRange(Apart.Ticks * 9 / 10, KeepAlives.Ticks - (Apart.Ticks * 9 / 10), "seed {0}, round {1}", Seed, round);
                }
            }
        }
    }
}
