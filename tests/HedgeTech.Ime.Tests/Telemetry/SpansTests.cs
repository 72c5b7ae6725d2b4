using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using HedgeTech.Ime.Tests.Streaming;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>Each login and each attempt to connect has a span, and a failure is marked as an error.</summary>
public sealed class SpansTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly TracerProvider _provider;
    private readonly ActivitySource _application = new("HedgeTech.Ime.Tests");

    public SpansTests() => _provider = Sdk.CreateTracerProviderBuilder().AddSource("HedgeTech.Ime", "HedgeTech.Ime.Tests").AddProcessor(new Keeper(_ended)).Build();

    [Fact]
    public async Task Logins_and_attempts_to_connect_are_spans_and_their_failures_are_marked()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseLogins(HttpStatusCode.ServiceUnavailable, count: 1);
        simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway, count: 1);

        await ConnectAsync(simulated);

        Spans(simulated, "ime login").Select(static span => (span.Status, span.GetTagItem("error.type"))).Should().Equal((ActivityStatusCode.Error, "503"), (ActivityStatusCode.Unset, null));
        Spans(simulated, "ime connect").Select(static span => (span.Status, span.GetTagItem("error.type"))).Should().Equal((ActivityStatusCode.Error, "502"), (ActivityStatusCode.Unset, null));
        Spans(simulated, "ime connect").Should().OnlyContain(static span => span.Kind == ActivityKind.Client && Equals(span.GetTagItem("ime.contracts"), 1));
    }

    [Fact]
    public async Task A_feed_has_its_own_trace_and_a_requested_login_belongs_to_the_trace_of_its_caller()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        using Activity request = _application.StartActivity("request")!;

        await simulated.Client.GetAccessTokenAsync(simulated.Cancellation);
        await ConnectAsync(simulated);

        Spans(simulated, "ime login").Single().ParentSpanId.Should().Be(request.SpanId);
        Spans(simulated, "ime connect").Single().TraceId.Should().NotBe(request.TraceId);
    }

    [Fact]
    public async Task No_span_contains_a_secret()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        AccessToken token = await simulated.Client.GetAccessTokenAsync(simulated.Cancellation);
        await ConnectAsync(simulated);
        simulated.Server.RefuseLogins(HttpStatusCode.Unauthorized, $$"""{"detail":"no login with {{simulated.Server.Password}}"}""");
        await using ImeClient other = new(Simulated.OptionsFor(simulated.Server));
        await other.Invoking(async client => await client.GetAccessTokenAsync(simulated.Cancellation)).Should().ThrowAsync<ImeAuthenticationException>();

        Activity[] spans = [.. Spans(simulated, "ime login"), .. Spans(simulated, "ime connect")];

        spans.Should().HaveCount(3);
        foreach (Activity span in spans)
        {
            string said = $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)}";
            said.Should().NotContain(token.Value).And.NotContain(simulated.Server.Password);
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _application.Dispose();
    }

    private static async Task ConnectAsync(Simulated simulated)
    {
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);
    }

    // Only counts the spans of this test's server, because other tests run at the same time.
    private IEnumerable<Activity> Spans(Simulated simulated, string name) =>
        _ended.Where(span => span.OperationName == name && Equals(span.GetTagItem("server.port"), simulated.Server.BaseAddress.Port));

    private sealed class Keeper(ConcurrentQueue<Activity> ended) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => ended.Enqueue(data);
    }
}
