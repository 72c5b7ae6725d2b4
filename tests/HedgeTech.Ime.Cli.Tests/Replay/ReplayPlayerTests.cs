using HedgeTech.Ime.Cli.Replay;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Cli.Tests.Replay;

/// <summary>Tests the pace of a replay. The test advances the clock.</summary>
public sealed class ReplayPlayerTests
{
    private static readonly DateTimeOffset Begin = new(2025, 11, 15, 6, 30, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_event_is_replayed_at_its_time_at_the_speed_of_the_replay()
    {
        ReplayPlayer player = new(Begin, speed: 2, _time);
        await using IAsyncEnumerator<FeedEvent> events = Play(player, 0, 10);

        (await events.MoveNextAsync()).Should().BeTrue("the first event is due immediately");
        ValueTask<bool> second = events.MoveNextAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        second.IsCompleted.Should().BeFalse();
        player.Now.Should().Be(Begin.AddSeconds(9.8));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        (await second).Should().BeTrue();
        (await events.MoveNextAsync()).Should().BeFalse();
        player.IsOver.Should().BeTrue();
    }

    [Fact]
    public async Task A_paused_replay_stands_still_and_a_step_replays_the_next_event()
    {
        ReplayPlayer player = new(Begin, speed: 1, _time);
        await using IAsyncEnumerator<FeedEvent> events = Play(player, 0, 10, 20);
        await events.MoveNextAsync();
        player.TogglePause();

        ValueTask<bool> second = events.MoveNextAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        second.IsCompleted.Should().BeFalse();
        player.Now.Should().Be(Begin);
        player.Step();
        (await second).Should().BeTrue();
        player.Now.Should().Be(Begin.AddSeconds(10));
        player.IsPaused.Should().BeTrue();

        ValueTask<bool> third = events.MoveNextAsync();
        player.TogglePause();
        _time.Advance(TimeSpan.FromSeconds(10));
        (await third).Should().BeTrue();
    }

    [Fact]
    public async Task A_change_of_speed_applies_from_the_current_position_of_the_replay()
    {
        ReplayPlayer player = new(Begin, speed: 1, _time);
        await using IAsyncEnumerator<FeedEvent> events = Play(player, 0, 30);
        await events.MoveNextAsync();
        ValueTask<bool> second = events.MoveNextAsync();
        _time.Advance(TimeSpan.FromSeconds(10));

        player.ChangeSpeed(4);

        player.Now.Should().Be(Begin.AddSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(5));
        (await second).Should().BeTrue();
        player.Now.Should().Be(Begin.AddSeconds(30));
    }

    [Fact]
    public async Task A_night_between_two_events_is_shortened_to_a_minute()
    {
        ReplayPlayer player = new(Begin, speed: 1, _time);
        await using IAsyncEnumerator<FeedEvent> events = Play(player, 0, 36_000);
        await events.MoveNextAsync();

        ValueTask<bool> second = events.MoveNextAsync();
        _time.Advance(ReplayPlayer.LongestPause);

        (await second).Should().BeTrue();
    }

    private static IAsyncEnumerator<FeedEvent> Play(ReplayPlayer player, params int[] seconds) =>
        player.PlayAsync(Events(seconds), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async IAsyncEnumerable<FeedEvent> Events(int[] seconds)
    {
        foreach (int second in seconds)
        {
            yield return new MarketSnapshot { ReceivedAt = Begin.AddSeconds(second) };
        }

        await Task.CompletedTask;
    }
}
