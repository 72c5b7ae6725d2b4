using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>A span and a duration for each login and each attempt to connect, failures marked.</summary>
public sealed class CallsTests : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, double Value, string? Server, string? Error)> _measured = [];
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _spanListener;
    private readonly MeterListener _meterListener = new();
    private readonly ActivitySource _root = new("HedgeTech.Ime.Tests");
    private ActivityTraceId _trace;

    public CallsTests()
    {
        _spanListener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "HedgeTech.Ime" or "HedgeTech.Ime.Tests",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_spanListener);
        _meterListener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "HedgeTech.Ime")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meterListener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measured.Enqueue((instrument.Name, value, Tag(tags, "server.address"), Tag(tags, "error.type"))));
        _meterListener.Start();
    }

    [Fact]
    public async Task Logins_and_handshakes_are_measured_and_their_failures_are_marked()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseLogins(HttpStatusCode.ServiceUnavailable, count: 1);
        simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway, count: 1);
        using Activity root = _root.StartActivity("test")!;
        _trace = root.TraceId;

        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);

        Spans("ime login").Select(static span => (span.Status, span.GetTagItem("error.type"))).Should().Equal((ActivityStatusCode.Error, "503"), (ActivityStatusCode.Unset, null));
        Spans("ime connect").Select(static span => (span.Status, span.GetTagItem("error.type"))).Should().Equal((ActivityStatusCode.Error, "502"), (ActivityStatusCode.Unset, null));
        Spans("ime connect").Should().OnlyContain(static span => span.Kind == ActivityKind.Client && Equals(span.GetTagItem("ime.contracts"), 1));
        foreach (string instrument in (string[])["ime.login.duration", "ime.connection.handshake.duration"])
        {
            _measured.Where(measured => measured.Instrument == instrument).Should().OnlyContain(static measured => measured.Value >= 0 && measured.Server != null);
            _measured.Should().Contain(measured => measured.Instrument == instrument && measured.Error == null);
            _measured.Should().Contain(measured => measured.Instrument == instrument && measured.Error != null);
        }
    }

    [Fact]
    public async Task No_span_holds_a_secret()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        using Activity root = _root.StartActivity("test")!;
        _trace = root.TraceId;
        AccessToken token = await simulated.Client.GetAccessTokenAsync(simulated.Cancellation);
        simulated.Server.RefuseLogins(HttpStatusCode.Unauthorized, $$"""{"detail":"no login with {{simulated.Server.Password}}"}""");
        await using ImeClient other = new(Simulated.OptionsFor(simulated.Server));
        await other.Invoking(async client => await client.GetAccessTokenAsync(simulated.Cancellation)).Should().ThrowAsync<ImeAuthenticationException>();

        Activity[] spans = [.. Spans("ime login")];
        spans.Should().HaveCount(2);
        foreach (Activity span in spans)
        {
            string said = $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)}";
            said.Should().NotContain(token.Value).And.NotContain(simulated.Server.Password);
        }
    }

    public void Dispose()
    {
        _spanListener.Dispose();
        _meterListener.Dispose();
        _root.Dispose();
    }

    private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == name)
            {
                return (string?)tag.Value;
            }
        }

        return null;
    }

    // Other tests run beside this one: only spans of this test's trace count.
    private IEnumerable<Activity> Spans(string name) => _spans.Where(span => span.TraceId == _trace && span.OperationName == name);
}
