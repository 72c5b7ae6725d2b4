using System.Diagnostics.Metrics;
using HedgeTech.Ime.Recording.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests a recorder in the container.</summary>
public sealed class RecordToTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("gold")]
    public async Task The_recorder_of_a_feed_is_its_sink_and_a_service_and_is_disposed_of_with_the_container(string? name)
    {
        using TemporaryFolder folder = new();
        ServiceCollection services = new();
        ImeFeedBuilder builder = new ImeFeedBuilder(services, name).RecordTo(folder.Path, static options => options.Compress = false);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            IFeedSink sink = provider.GetKeyedServices<IFeedSink>(builder.SinkKey).Should().ContainSingle().Subject;
            MarketRecorder recorder = name is null ? provider.GetRequiredService<MarketRecorder>() : provider.GetRequiredKeyedService<MarketRecorder>(name);
            sink.Should().BeSameAs(recorder);
            recorder.Folder.Should().Be(System.IO.Path.GetFullPath(folder.Path));
        }

        await using MarketRecorder next = new(folder.Path);
        next.Folder.Should().Be(System.IO.Path.GetFullPath(folder.Path), "the first recorder has released the folder");
    }

    [Fact]
    public async Task The_health_check_of_a_recorder_reflects_the_state_of_the_disk()
    {
        using TemporaryFolder folder = new();
        using Disk disk = new();
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(1);
        await using MarketRecorder recorder = new(folder.Path, new RecordingOptions { Compress = false }, null, time, disk.Create, maxPendingBytes: 64 * 1024);
        RecorderHealthCheck check = new(recorder, TimeSpan.FromSeconds(1), time);
        feed.Give(recorder, 10);
        await recorder.FlushAsync(TestContext.Current.CancellationToken);

        (await CheckAsync()).Should().Be((HealthStatus.Healthy, "Everything is recorded."));

        disk.Stall();
        feed.Give(recorder, 1);
        time.Advance(TimeSpan.FromSeconds(30));
        (await CheckAsync()).Should().Be((HealthStatus.Degraded, "The disk is 30 seconds behind."));

        feed.Give(recorder, 1_000);
        (await CheckAsync()).Item1.Should().Be(HealthStatus.Degraded);
        (await CheckAsync()).Item2.Should().StartWith("Snapshots or events were lost in the past 5 minutes; ");
        Task refused = disk.WhenRefused();
        disk.Room = 0;
        disk.GoOn();
        await refused;
        while (recorder.Statistics.Failure is null)
        {
            await Task.Yield();
        }

        (await CheckAsync()).Should().Be((HealthStatus.Unhealthy, "Nothing can be recorded: No space left on device."));

        disk.Room = long.MaxValue;
        await recorder.FlushAsync(TestContext.Current.CancellationToken);
        (await CheckAsync()).Item1.Should().Be(HealthStatus.Degraded, "the loss is recent");
        time.Advance(TimeSpan.FromMinutes(5));
        await recorder.FlushAsync(TestContext.Current.CancellationToken);
        (await CheckAsync()).Should().Be((HealthStatus.Healthy, "Everything is recorded."));

        async Task<(HealthStatus, string?)> CheckAsync()
        {
            HealthCheckResult result = await check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("ime-recorder", check, null, null) }, TestContext.Current.CancellationToken);
            result.Data["lost"].Should().Be(recorder.Statistics.Lost);
            return (result.Status, result.Description);
        }
    }

    [Fact]
    public async Task The_application_has_a_health_check_for_each_recorder()
    {
        using TemporaryFolder folder = new();
        ServiceCollection services = new();
        services.AddLogging().AddHealthChecks();
        new ImeFeedBuilder(services, null).RecordTo(Path.Combine(folder.Path, "one"));
        new ImeFeedBuilder(services, "gold").RecordTo(Path.Combine(folder.Path, "gold"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        report.Entries.Keys.Should().BeEquivalentTo("ime-recorder", "ime-recorder:gold");
        report.Status.Should().Be(HealthStatus.Healthy);
        report.Entries["ime-recorder:gold"].Data["folder"].Should().Be(Path.Combine(folder.Path, "gold"));
    }

    [Fact]
    public async Task The_metrics_add_up_all_recorders_of_the_process_including_those_that_have_ended()
    {
        using TemporaryFolder folder = new();
        using MeterListener listener = new() { InstrumentPublished = static (instrument, listener) => ListenTo(instrument, listener) };
        Dictionary<string, double> values = [];
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.Start();
        long bytes;
        await using (MarketRecorder recorder = new(folder.Path))
        {
            new MadeUpFeed(2).Give(recorder, 100);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            bytes = recorder.Statistics.Bytes;
            listener.RecordObservableInstruments();
            values["ime.recording.flush.delay"].Should().BeGreaterThanOrEqualTo(0);
            values["ime.recording.io"].Should().BeGreaterThanOrEqualTo(bytes);
        }

        double before = values["ime.recording.io"];
        listener.RecordObservableInstruments();
        values["ime.recording.io"].Should().BeGreaterThanOrEqualTo(before, "the bytes of a recorder that has ended still count");
        values.Should().ContainKey("ime.recording.lost");

        static void ListenTo(Instrument instrument, MeterListener listener)
        {
            if (instrument.Meter.Name == "HedgeTech.Ime.Recording")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        }
    }

    [Fact]
    public void A_second_recorder_for_a_feed_and_invalid_options_are_refused_at_the_call()
    {
        ImeFeedBuilder builder = new ImeFeedBuilder(new ServiceCollection()).RecordTo("recordings");

        builder.Invoking(static b => b.RecordTo("others")).Should().Throw<InvalidOperationException>().WithMessage("RecordTo was already called for the feed without a name*");
        builder.Invoking(static b => b.RecordTo(" ")).Should().Throw<ArgumentException>();
        new ImeFeedBuilder(builder.Services, "gold").Invoking(static b => b.RecordTo("gold", static options => options.SegmentBytes = 1)).Should().Throw<ArgumentException>().WithMessage("*SegmentBytes*");
    }
}
