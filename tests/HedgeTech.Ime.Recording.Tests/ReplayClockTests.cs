using HedgeTech.Ime.Recording.Replay;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

public sealed class ReplayClockTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Timers_of_a_replay_clock_fire_in_order_and_at_their_times()
    {
        ReplayClock clock = new(Start);
        List<(string Timer, TimeSpan At)> fired = [];
        using ITimer once = clock.CreateTimer(_ => Add("once"), null, TimeSpan.FromSeconds(2.5), Timeout.InfiniteTimeSpan);
        using ITimer each = clock.CreateTimer(_ => Add("each"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        using ITimer never = clock.CreateTimer(_ => Add("never"), null, TimeSpan.FromSeconds(1.5), Timeout.InfiniteTimeSpan);
        never.Dispose();

        clock.MoveTo(Start.AddSeconds(3.2).UtcTicks);
        clock.MoveTo(Start.AddSeconds(1).UtcTicks);

        fired.Should().Equal(("each", TimeSpan.FromSeconds(1)), ("each", TimeSpan.FromSeconds(2)), ("once", TimeSpan.FromSeconds(2.5)), ("each", TimeSpan.FromSeconds(3)));
        clock.GetUtcNow().Should().Be(Start.AddSeconds(3.2), "the clock never steps back");
        each.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Should().BeTrue();
        clock.MoveTo(Start.AddSeconds(9).UtcTicks);
        fired.Should().HaveCount(5);

        void Add(string timer) => fired.Add((timer, clock.GetUtcNow() - Start));
    }

    [Fact]
    public async Task The_clock_of_a_replay_shows_the_time_of_the_event_and_never_steps_back()
    {
        MadeUpFeed feed = new(1);
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 50);
            feed.Wait(TimeSpan.FromHours(-1)); // the clock of the machine is set back
            feed.Give(recorder, 50, snapshotsOnly: true);
        }

        ReplaySource source = new(_folder.Path);
        source.Clock.GetUtcNow().Should().Be(feed.Given[0].ReceivedAt);
        DateTimeOffset latest = default;
        List<FeedEvent> events = [];
        await foreach (FeedEvent feedEvent in source.StreamEventsAsync(MadeUpFeed.Contracts, TestContext.Current.CancellationToken))
        {
            latest = latest > feedEvent.ReceivedAt ? latest : feedEvent.ReceivedAt;
            source.Clock.GetUtcNow().Should().Be(latest);
            events.Add(feedEvent);
        }

        events.ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_replay_waits_the_recorded_time_divided_by_the_speed_and_shortens_long_pauses()
    {
        MadeUpFeed feed = new(2) { Pause = TimeSpan.FromSeconds(1) };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 20);
            feed.Wait(TimeSpan.FromHours(12));
            feed.Give(recorder, 20, snapshotsOnly: true);
        }

        FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.Zero };
        ReplaySource source = new(_folder.Path, new ReplayOptions { Speed = 10, LongestPause = TimeSpan.FromSeconds(30) }, null, time);
        DateTimeOffset began = time.GetUtcNow();
        await using IAsyncEnumerator<FeedEvent> events = source.StreamEventsAsync(MadeUpFeed.Contracts, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        int ticks = 0;
        using ITimer timer = source.Clock.CreateTimer(_ => ticks++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        int read = 0;
        while (true)
        {
            ValueTask<bool> next = events.MoveNextAsync();
            while (!next.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Yield();
            }

            if (!await next)
            {
                break;
            }

            read++;
        }

        read.Should().Be(40);
        TimeSpan recorded = (feed.Given[19].ReceivedAt - feed.Given[0].ReceivedAt) + TimeSpan.FromSeconds(30) + (feed.Given[39].ReceivedAt - feed.Given[20].ReceivedAt);
        (time.GetUtcNow() - began).Should().BeGreaterThanOrEqualTo(recorded / 10);
        ticks.Should().Be((int)(feed.Given[39].ReceivedAt - feed.Given[0].ReceivedAt).TotalMinutes);
    }
}
