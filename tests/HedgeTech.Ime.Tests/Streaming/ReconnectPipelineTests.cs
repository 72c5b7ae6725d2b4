using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;
using Polly;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class ReconnectPipelineTests
{
    private static readonly ReconnectOptions Options = new();

    [Fact]
    public async Task Delays_start_near_the_initial_one_grow_and_never_exceed_the_longest_over_days_of_outage()
    {
        List<TimeSpan> delays = await DelaysOfAsync(attempts: 4000, retryAfter: null);

        delays[0].Should().BePositive().And.BeLessThan(Options.InitialDelay * 2);
        delays.Should().OnlyContain(delay => delay > TimeSpan.Zero && delay <= Options.MaxDelay);
        delays.Take(5).Sum(static delay => delay.TotalSeconds).Should().BeLessThan(20, "the first attempts start within seconds");
        delays.Skip(20).Should().OnlyContain(delay => delay == Options.MaxDelay);
    }

    [Fact]
    public async Task A_Retry_After_beyond_the_longest_delay_is_honored()
    {
        (await DelaysOfAsync(attempts: 3, TimeSpan.FromMinutes(2))).Should().OnlyContain(static delay => delay == TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_Retry_After_of_zero_does_not_cause_attempts_without_delay()
    {
        List<TimeSpan> delays = await DelaysOfAsync(attempts: 40, TimeSpan.Zero);
        delays[^1].Should().Be(Options.MaxDelay);
    }

    private static async Task<List<TimeSpan>> DelaysOfAsync(int attempts, TimeSpan? retryAfter)
    {
        ImmediateTimeProvider time = new();
        ResiliencePipeline<LineAction> pipeline = ReconnectPipeline.Create(Options, time);
        int made = 0;
        await pipeline.ExecuteAsync(
            _ => ValueTask.FromResult<LineAction>(made++ < attempts ? new LineAction.Wait(IsFirst: false, retryAfter) : new LineAction.Stop()),
            TestContext.Current.CancellationToken);
        time.Delays.Should().HaveCount(attempts);
        return time.Delays;
    }

    /// <summary>A clock whose timers fire immediately, and which remembers them.</summary>
    private sealed class ImmediateTimeProvider : TimeProvider
    {
        public List<TimeSpan> Delays { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Delays.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
