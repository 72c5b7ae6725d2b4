using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Market;

public sealed class MarketTests
{
    private static readonly DateTimeOffset Morning = new(2025, 11, 15, 7, 59, 58, TimeSpan.Zero);

    [Fact]
    public async Task The_same_seed_and_time_give_the_same_bytes_regardless_of_the_steps_of_the_clock()
    {
        string[] whole = await DayAsync(seed: 7, [TimeSpan.FromSeconds(10)]);
        string[] inSteps = await DayAsync(seed: 7, [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(125), 80)]);
        string[] otherSeed = await DayAsync(seed: 8, [TimeSpan.FromSeconds(10)]);

        whole.Should().HaveCount(200);
        inSteps.Should().Equal(whole);
        otherSeed.Should().HaveCount(200).And.NotIntersectWith(whole);
    }

    [Fact]
    public async Task Each_contract_has_messages_at_the_configured_rate_evenly_by_the_clock()
    {
        FakeTimeProvider time = new(Morning);
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 4 }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03", "KBAZ03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        Dictionary<string, List<DateTime>> times = [];
        for (int second = 1; second <= 3; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            for (int i = 0; i < 8; i++)
            {
                JsonElement message = await client.JsonAsync();
                string contract = message.GetProperty("contractName").GetString()!;
                Timestamp(message).Should().BeOnOrBefore(time.GetUtcNow().UtcDateTime.AddMinutes(210));
                (times.TryGetValue(contract, out List<DateTime>? list) ? list : times[contract] = []).Add(Timestamp(message));
            }

            times.Values.Should().HaveCount(2).And.OnlyContain(list => list.Count == second * 4);
        }

        times.Values.Should().OnlyContain(list => list.Zip(list.Skip(1), (a, b) => b - a).All(gap => Math.Abs((gap - TimeSpan.FromMilliseconds(250)).Ticks) <= 10));
    }

    [Fact]
    public async Task The_market_continues_without_subscribers_and_the_gap_shows_in_the_trade_count()
    {
        FakeTimeProvider time = new(Morning);
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 10 }, time);
        for (int life = 0; life < 3; life++)
        {
            await using (RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03"))
            {
                await simulator.WhenSubscribedAsync(1, RawClient.Soon);
                time.Advance(TimeSpan.FromSeconds(1));
                for (int i = 1; i <= 10; i++)
                {
                    Messages.TradeCount(await client.JsonAsync()).Should().Be((20 * life) + i);
                }
            }

            simulator.Drop();
            await simulator.WhenAsync(s => s.Connections.Count == 0, RawClient.Soon);
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task All_statistics_of_every_built_in_contract_are_consistent_from_message_to_message()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = double.PositiveInfinity, Seed = 42 });
        simulator.Contracts.Should().HaveCountGreaterThanOrEqualTo(27);
        await using RawClient client = await RawClient.ByNameAsync(simulator, [.. simulator.Contracts.Select(contract => contract.Code)]);
        Dictionary<string, DayBook> books = simulator.Contracts.ToDictionary(contract => contract.Code, contract => new DayBook(contract));
        for (int i = 0; i < 300 * books.Count; i++)
        {
            JsonElement message = await client.JsonAsync();
            books[message.GetProperty("contractName").GetString()!].Check(message);
        }

        books.Values.Should().OnlyContain(book => book.Trades > 200, "every contract trades often");
        books.Values.Should().OnlyContain(book => book.PricesSeen > 5, "the price of every contract changes");
    }

    [Fact]
    public async Task Before_the_first_trade_the_book_and_date_and_time_are_empty()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, MessagesBeforeFirstTrade = 2 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        for (int i = 0; i < 3; i++)
        {
            await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        }

        for (int i = 0; i < 2; i++)
        {
            string text = await client.TextAsync();
            text.Should().Contain("\"date\":\"\",\"time\":\"\",\"trade_count\":0,\"total_volume\":0,\"total_value\":0,\"closing_price\":0.0,\"last_price\":0.0,\"low_price\":0.0,\"high_price\":0.0,\"open_price\":0.0,\"previous_close\":792700.0");
            text.Should().Contain("\"1\":{\"buy_quantity\":0,\"buy_price\":0,\"sell_quantity\":0,\"sell_price\":0}");
        }

        JsonElement traded = await client.JsonAsync();
        Messages.TradeCount(traded).Should().Be(1);
        new DayBook(simulator.Contracts.First(contract => contract.Code == "SAFAB03")).Check(traded);
    }

    [Fact]
    public async Task Times_are_Tehran_time_without_an_offset_and_a_fraction_of_zero_is_omitted()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 20, 45, 7, TimeSpan.Zero));
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        string whole = await client.TextAsync();
        whole.Should().Contain("\"timestamp\":\"2025-11-16T00:15:07\"").And.Contain("\"date\":\"2025-11-16\",\"time\":\"00:15:07\"");
        time.Advance(TimeSpan.FromMicroseconds(4200));
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        (await client.TextAsync()).Should().Contain("\"timestamp\":\"2025-11-16T00:15:07.004200\"");
    }

    [Fact]
    public async Task A_client_that_does_not_read_pauses_only_its_contract_and_loses_no_message()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = double.PositiveInfinity });
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                // Limits the buffer, because the system may otherwise buffer megabytes for a client that does not read.
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpMessageInvoker narrow = new(handler);
        await using RawClient slow = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", simulator.IssueToken(), invoker: narrow);
        await using RawClient quick = await RawClient.ByNameAsync(simulator, "KBAZ03");
        await simulator.WhenSubscribedAsync(2, RawClient.Soon);

        for (int i = 0; i < 30_000; i++)
        {
            await quick.ReceiveAsync();
        }

        long sent = simulator.Connections[0].MessagesSent;
        for (int i = 0; i < 20_000; i++)
        {
            await quick.ReceiveAsync();
        }

        simulator.Connections[0].MessagesSent.Should().Be(sent, "the buffers of the system and of the simulator are full");
        await using RawClient late = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(3, RawClient.Soon);
        for (int i = 1; i <= sent + 5_000; i++)
        {
            Messages.TradeCount(await slow.JsonAsync()).Should().Be(i);
        }

        Messages.TradeCount(await late.JsonAsync()).Should().BeLessThan(sent + 2_000, "the simulator buffers a limited number of messages for the slow client, and pauses the contract meanwhile");
    }

    [Fact]
    public async Task A_rate_of_0_sends_nothing()
    {
        FakeTimeProvider time = new();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        time.Advance(TimeSpan.FromHours(1));
        await simulator.SendTextAsync("the first message", RawClient.Soon);
        (await client.TextAsync()).Should().Be("the first message");
    }

    [Fact]
    public async Task Contracts_in_the_options_replace_the_built_in_ones()
    {
        ImeSimulatorOptions options = new() { Rate = 0 };
        options.Contracts.Clear();
        options.Contracts.Add(new SimulatorContract { Code = "MINE", Id = "9", Tick = 5, ReferencePrice = 5_000, Multiplier = 3 });
        await using ImeSimulator simulator = await RawClient.StartAsync(options);
        await using RawClient client = await RawClient.ByIdAsync(simulator, "9");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        DayBook book = new(options.Contracts[0]);
        for (int i = 0; i < 500; i++)
        {
            await simulator.PublishAsync(ContractKey.Id("9"), RawClient.Soon);
            book.Check(await client.JsonAsync());
        }

        Func<Task> publishing = () => simulator.PublishAsync("SAFAB03", RawClient.Soon);
        await publishing.Should().ThrowAsync<ArgumentException>().WithMessage("*SAFAB03*");
        (await RawClient.RefusedAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", simulator.IssueToken())).Should().Be(System.Net.HttpStatusCode.Forbidden);
    }

    private static DateTime Timestamp(JsonElement message) =>
        DateTime.Parse(message.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture);

    private static async Task<string[]> DayAsync(int seed, TimeSpan[] steps)
    {
        FakeTimeProvider time = new(Morning);
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Seed = seed }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03", "KBAZ03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        foreach (TimeSpan step in steps)
        {
            time.Advance(step);
        }

        List<string> messages = [];
        while (messages.Count < 200)
        {
            messages.Add(Encoding.UTF8.GetString((await client.ReceiveAsync()).Payload));
        }

        await simulator.SendTextAsync("end", RawClient.Soon);
        (await client.TextAsync()).Should().Be("end", "no other message is due");
        return [.. messages];
    }
}
