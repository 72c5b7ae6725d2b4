using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

public sealed class MeterTests
{
    [Fact]
    public async Task Publisher_and_source_count_their_messages_and_bytes()
    {
        ConcurrentDictionary<string, double> sums = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "HedgeTech.Ime.Relay")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using DeafProxy proxy = new(redis.Port);
        await using ImeSimulator simulator = await Relays.StartAsync();
        RelayOptions options = new() { Configuration = redis.Configuration, Name = "measured" };
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, options);
        Task running = publisher.RunAsync(TestContext.Current.CancellationToken);
        await simulator.WhenSubscribedAsync(1, TestContext.Current.CancellationToken);
        await using RelaySource source = new(new RelayOptions { Configuration = proxy.Configuration, Name = "measured" });
        await using RelayReading reading = new(source);
        await Relays.PublishAsync(simulator, 1, 1);
        await reading.WaitForAsync(1);
        await Relays.PublishAsync(simulator, 2, 50);
        await reading.WaitForAsync(50);
        long repairs = source.Statistics.Repairs;
        proxy.Freeze(); // the reader has to read from the log what is pushed now
        await Relays.PublishAsync(simulator, 51, 100);
        await reading.WaitForAsync(100);
        await Relays.WhenAsync(() => publisher.Statistics.Messages == 100);

        RelayPublisherStatistics written = publisher.Statistics;
        RelaySourceStatistics read = source.Statistics;
        sums["ime.relay.takeovers publisher"].Should().Be(1);
        sums["ime.relay.entries publisher"].Should().Be(written.Entries).And.BePositive();
        sums["ime.relay.io publisher"].Should().Be(written.Bytes).And.BePositive();
        sums["ime.relay.lag publisher"].Should().Be(100);
        sums["ime.relay.entries reader"].Should().Be(read.Entries).And.BePositive();
        sums["ime.relay.io reader"].Should().Be(read.Bytes).And.BePositive();
        sums["ime.relay.lag reader"].Should().Be(read.Messages).And.BeGreaterThanOrEqualTo(99);
        sums["ime.relay.repairs reader"].Should().Be(read.Repairs).And.BeGreaterThan(repairs);
        await publisher.DisposeAsync();
        await running;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Dictionary<string, object?> all = new(tags.ToArray());
            if (all["ime.relay.name"] is "measured")
            {
                sums.AddOrUpdate($"{instrument.Name} {all["ime.relay.side"]}", value, (_, sum) => sum + value);
            }
        }
    }
}
