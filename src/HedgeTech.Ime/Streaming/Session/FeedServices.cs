using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The services that all feeds of a client share.</summary>
internal sealed record FeedServices(
    TokenSource Tokens,
    ShardPlanner Planner,
    MarketConnector Connector,
    ResiliencePipeline<LineAction> Backoff,
    NetworkWatch Network,
    FeedPolicy Policy,
    bool DedicatedThreads,
    TimeSpan TimestampOffset,
    TimeProvider TimeProvider,
    ClientMeter Meter,
    ILogger Logger);
