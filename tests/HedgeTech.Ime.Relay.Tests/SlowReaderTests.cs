using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

public sealed class SlowReaderTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(256)]
    [InlineData(4)]
    public async Task A_reader_that_stands_still_gets_all_kept_messages_and_the_exact_count_of_the_others(int retentionMebibytes)
    {
        const int Messages = 80_000; // more bytes in total than a reader keeps in pushes
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        RelayOptions options = Relays.Options(redis);
        options.RetentionBytes = retentionMebibytes * 1024L * 1024;
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, options);
        Task running = publisher.RunAsync(Token);
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(options);
        await using RelaySource quick = new(options);
        TaskCompletionSource begun = new();
        TaskCompletionSource goOn = new();
        await using RelayReading slow = new(source, each: () =>
        {
            begun.TrySetResult();
            return goOn.Task;
        });
        await using RelayReading reading = new(quick);
        await Relays.PublishAsync(simulator, 1, 1);
        await begun.Task.WaitAsync(Token);

        await Relays.PublishAsync(simulator, 2, Messages);
        await reading.WaitForAsync(Messages);
        goOn.SetResult();
        await slow.WaitForAsync(Messages);

        long dropped = slow.Events.OfType<SnapshotsDropped>().Sum(static announced => announced.Count);
        output.WriteLine($"{slow.Numbers.Count} delivered, {dropped} announced as dropped");
        slow.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        (slow.Numbers.Count + dropped).Should().Be(Messages);
        (dropped > 0).Should().Be(retentionMebibytes == 4);
        await publisher.DisposeAsync();
        await running;
    }

    [Fact]
    public async Task Two_hundred_readers_at_three_hundred_entries_per_second_miss_nothing()
    {
        const int Readers = 200;
        const int Messages = 900;
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(Relays.Options(redis));
        await Relays.PublishAsync(simulator, 1, 1);
        RelayReading[] readings = [.. Enumerable.Range(0, Readers).Select(_ => new RelayReading(source))];
        await AllHaveAsync(1);

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10));
        for (int published = 1; published < Messages;)
        {
            await timer.WaitForNextTickAsync(Token);
            for (int i = 0; i < 3 && published < Messages; i++)
            {
                published++;
                await Relays.PublishAsync(simulator, published, published);
            }
        }

        await AllHaveAsync(Messages);
        foreach (RelayReading reading in readings)
        {
            reading.Numbers.Should().Equal(Enumerable.Range(1, Messages).Select(static number => (long)number));
        }

        foreach (RelayReading reading in readings)
        {
            await reading.DisposeAsync();
        }

        async Task AllHaveAsync(long number)
        {
            Task all = Relays.WhenAsync(() => Array.TrueForAll(readings, reading => reading.Last >= number));
            if (await Task.WhenAny(all, Task.Delay(TimeSpan.FromMinutes(1), Token)) != all)
            {
                throw new TimeoutException(string.Join("; ", readings.Where(reading => reading.Last < number).Take(3).Select(reading => $"a reader is at {reading.Last}, {reading.Ended.Status}, {string.Join(", ", reading.Events)}"))
                    + $"; {source.Statistics}; {node.Publisher.Statistics}");
            }
        }
    }
}
