using HedgeTech.Ime.Streaming.Supervision;
using Polly;
using Polly.Retry;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The backoff between attempts to open and prove a line: exponential, with jitter and a maximum, without end. The supervisor decides whether to continue.</summary>
internal static class ReconnectPipeline
{
    public static ResiliencePipeline<LineAction> Create(ReconnectOptions options, TimeProvider timeProvider) =>
        new ResiliencePipelineBuilder<LineAction> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<LineAction>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome is { Exception: null, Result: LineAction.Wait { IsFirst: false } }),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.InitialDelay,
                MaxDelay = options.MaxDelay,

                // A server that asks for less than the first delay does not make the client retry faster.
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is LineAction.Wait { RetryAfter: { } asked } && asked > options.InitialDelay ? asked : (TimeSpan?)null),
            })
            .Build();
}
