using HedgeTech.Ime.Streaming.Supervision;
using Polly;
using Polly.Retry;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The backoff between attempts to open and prove a line: exponential, with jitter and a maximum, without end. The supervisor decides whether to continue.</summary>
internal static class ReconnectPipeline
{
    public static ResiliencePipeline<Attempt> Create(ReconnectOptions options, TimeProvider timeProvider) =>
        new ResiliencePipelineBuilder<Attempt> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome is { Exception: null, Result: { Session: null, Next: LineAction.RetryLater } }),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.InitialDelay,
                MaxDelay = options.MaxDelay,

                // A server that asks for less than the first delay does not make the client retry faster.
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result.RetryAfter is { } asked && asked > options.InitialDelay ? asked : (TimeSpan?)null),
            })
            .Build();
}
