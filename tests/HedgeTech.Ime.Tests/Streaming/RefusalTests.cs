using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>A refusal ends the stream with a clear message, after few requests.</summary>
public sealed class RefusalTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_unknown_contract_is_refused_after_one_fresh_token()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ByName("NO-SUCH-CONTRACT"));

        refused.HttpStatus.Should().Be(HttpStatusCode.Forbidden);
        refused.CloseStatus.Should().BeNull();
        refused.Contracts.Should().Equal(ContractKey.Name("NO-SUCH-CONTRACT"));
        refused.Message.Should().Contain("NO-SUCH-CONTRACT").And.Contain("403");
        simulated.Server.Handshakes.Should().HaveCount(2);
        simulated.Server.Logins.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("276", "276 looks like an id, but was given as a name.")]
    [InlineData(" SAFAB03\t", "' SAFAB03 ' has white space around it.")]
    [InlineData("safab03", "safab03 has lowercase letters; the service may spell it in capitals (SAFAB03).")]
    [InlineData("قرارداد آتي زعفران", "قرارداد آتي زعفران has the Arabic letters ي or ك; the service may spell it with the Persian letters ی and ک (قرارداد آتی زعفران).")]
    [InlineData("NO-SUCH-CONTRACT", null)]
    public async Task A_refusal_hints_at_a_common_mistake_in_the_name(string name, string? hint)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ByName(name));

        refused.Hint.Should().Be(hint);
        refused.Message.Should().Contain(hint ?? "403");
    }

    [Fact]
    public async Task A_refusal_hints_that_a_name_was_given_as_an_id()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ById("SAFAB03"));

        refused.Hint.Should().Be("SAFAB03 looks like a name, but was given as an id.");
    }

    [Fact]
    public async Task A_refusal_after_the_accept_has_the_reason_of_the_server()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.RefuseAfterAccept = true);
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ByName("NO-SUCH-CONTRACT"));

        refused.HttpStatus.Should().BeNull();
        refused.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
        refused.Reason.Should().NotBeNullOrEmpty();
        refused.Message.Should().Contain(refused.Reason);
        simulated.Server.Handshakes.Should().HaveCount(2);
    }

    [Fact]
    public async Task One_refused_connection_ends_the_whole_feed()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.MaxContractsPerConnection = 1);
        ContractSet contracts = ContractSet.ByName(Simulated.Contract, "NO-SUCH-CONTRACT");
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, contracts);
        refused.Contracts.Should().Equal(ContractKey.Name("NO-SUCH-CONTRACT"));
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);
    }

    [Theory]
    [InlineData(false, 1, 64)]
    [InlineData(false, 3, 30)]
    [InlineData(false, 2, 5)]
    [InlineData(false, 1, 2)]
    [InlineData(true, 1, 8)]
    public async Task A_refusal_names_the_contracts_at_fault_after_few_handshakes(bool refuseAfterAccept, int bad, int count)
    {
        await using Simulated simulated = await Simulated.StartAsync(server =>
        {
            server.RefuseAfterAccept = refuseAfterAccept;
            for (int i = 0; i < count; i++)
            {
                server.Contracts.Add(new SimulatorContract { Id = $"9{i:000}", Code = $"GOOD{i}", Name = $"خوب {i}" });
            }
        });
        string[] names = [.. Enumerable.Range(0, count).Select(i => i % (count / bad) == count / bad / 2 && i / (count / bad) < bad ? $"BAD{i}" : $"GOOD{i}")];
        ContractKey[] atFault = [.. names.Where(static name => name.StartsWith("BAD", StringComparison.Ordinal)).Select(ContractKey.Name)];
        atFault.Should().HaveCount(bad);

        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ByName(names));
        refused.Contracts.Should().BeEquivalentTo(atFault);
        refused.Contracts.ToString().Should().NotContain("System.", "users and debuggers show the text of the collection").And.Contain(atFault[0].Value);
        refused.AreContractsAtFault.Should().BeTrue();
        refused.Message.Should().Contain(atFault[0].Value).And.Contain("The others are accepted.");
        simulated.Server.Handshakes.Count.Should().BeLessThanOrEqualTo(2 + (bad * ((int)Math.Ceiling(Math.Log2(count)) + 1)), "the service refuses two handshakes before the probe");
        simulated.Server.Logins.Should().HaveCount(2);
    }

    [Fact]
    public async Task All_contracts_at_fault_are_named_within_the_limit_of_handshakes_and_with_pauses()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        await Parallel.ForAsync(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            Random random = new(seed + i);
            int count = random.Next(2, 34);
            HashSet<string> atFault = [.. Enumerable.Range(0, random.Next(1, Math.Min(count, 7))).Select(_ => $"C{random.Next(count)}")];
            string[] names = [.. Enumerable.Range(0, count).Select(static number => $"C{number}")];
            await using Simulated simulated = await Simulated.StartAsync(server =>
            {
                foreach (string name in names.Where(name => !atFault.Contains(name)))
                {
                    server.Contracts.Add(new SimulatorContract { Id = $"9{name[1..]}", Code = name, Name = $"خوب {name}" });
                }
            });
            ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, ContractSet.ByName(names));
            HandshakeRecord[] handshakes = [.. simulated.Server.Handshakes];
            string found = $"case {i}: {atFault.Count} of {count}, {handshakes.Length} handshakes";
            refused.Contracts.Should().BeEquivalentTo(atFault.Select(ContractKey.Name), found);
            handshakes.Length.Should().BeLessThanOrEqualTo(2 + (atFault.Count * ((int)Math.Ceiling(Math.Log2(count)) + 1)), found);
            handshakes.Zip(handshakes[1..]).Skip(1).Should().OnlyContain(static pair => pair.Second.At - pair.First.At > TimeSpan.FromMilliseconds(40), found);
        });
    }

    [Fact]
    public async Task If_no_contract_is_accepted_the_message_names_the_account_as_a_possible_cause()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        ContractSet contracts = ContractSet.ByName([.. Enumerable.Range(0, 40).Select(static i => $"NO-SUCH-{i}")]);
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, contracts);
        refused.AreContractsAtFault.Should().BeFalse();
        refused.Message.Should().Contain("None of the contracts").And.Contain("account");
        simulated.Server.Handshakes.Should().HaveCountLessThan(25, "the probe only tries a few contracts of the set");
    }

    [Fact]
    public async Task Without_probing_a_refusal_names_the_whole_set_without_further_requests()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.ProbeRefusals = false);
        ContractSet contracts = ContractSet.ByName(Simulated.Contract, "NO-SUCH");
        ImeSubscriptionRefusedException refused = await EndOfAsync<ImeSubscriptionRefusedException>(simulated, contracts);
        refused.Contracts.Should().BeEquivalentTo(contracts);
        refused.AreContractsAtFault.Should().BeFalse();
        simulated.Server.Handshakes.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_wrong_password_ends_the_stream_after_one_login()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Password = "wrong");
        ImeAuthenticationException refused = await EndOfAsync<ImeAuthenticationException>(simulated, Simulated.Contracts);

        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        refused.Detail.Should().NotBeNullOrEmpty();
        refused.Message.Should().Contain(refused.Detail);
        refused.IsTransient.Should().BeFalse();
        simulated.Server.Logins.Should().ContainSingle();
        simulated.Server.Handshakes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_has_worked_survives_a_dozen_refusals_and_resumes(bool canRenew)
    {
        await using ImeSimulator server = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: TestContext.Current.CancellationToken);
        ImeClientOptions options = Simulated.OptionsFor(server);
        if (!canRenew)
        {
            (options.Username, options.Password, options.AccessToken) = (null, null, server.IssueToken());
        }

        await using ImeClient client = new(options);
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await server.WhenSubscribedAsync(1, patience.Token);
        await server.PublishAsync(Simulated.Contract, patience.Token);
        await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        server.RefuseHandshakes(HttpStatusCode.Forbidden, count: 12);
        server.Drop();

        await Simulated.ReadUntilAsync(events, static e => e is FeedInterrupted);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await server.WhenSubscribedAsync(1, patience.Token);
        await server.PublishAsync(Simulated.Contract, patience.Token);
        await Simulated.ReadUntilAsync(events, static e => e is FeedResumed);
    }

    [Fact]
    public async Task A_refused_fixed_token_ends_the_stream_and_the_message_says_that_it_cannot_be_renewed()
    {
        await using ImeSimulator server = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: TestContext.Current.CancellationToken);
        string token = server.IssueToken();
        server.RevokeTokens();
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = server.BaseAddress, AccessToken = token });
        Func<Task> read = async () => await ReadAsync(client.OpenFeed(Simulated.Contracts), TestContext.Current.CancellationToken);

        (await read.Should().ThrowAsync<ImeSubscriptionRefusedException>()).Which.Message.Should().Contain("cannot be renewed").And.NotContain(token);
        server.Handshakes.Should().ContainSingle();
        server.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task A_fixed_token_that_has_expired_fails_before_any_handshake()
    {
        await using ImeSimulator server = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: TestContext.Current.CancellationToken);
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = server.BaseAddress, AccessToken = server.IssueToken(TimeSpan.FromMinutes(-1)) });
        Func<Task> read = async () => await ReadAsync(client.OpenFeed(Simulated.Contracts), TestContext.Current.CancellationToken);

        (await read.Should().ThrowAsync<ImeAuthenticationException>()).Which.Message.Should().Contain("expired");
        server.Handshakes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_set_that_has_worked_survives_four_refusals_in_a_row_even_if_RefusedFor_is_zero()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Reconnect.RefusedFor = TimeSpan.Zero);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await first;

        simulated.Server.RefuseHandshakes(HttpStatusCode.Forbidden, count: 4);
        simulated.Server.Drop();
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);

        simulated.Server.RefuseHandshakes(HttpStatusCode.Forbidden);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        simulated.Server.Drop();
        Func<Task> rest = () => Simulated.ReadUntilAsync(events, static _ => false);
        await rest.Should().ThrowAsync<ImeSubscriptionRefusedException>();
        simulated.Server.Handshakes.Count(static handshake => handshake.Status == HttpStatusCode.Forbidden).Should().Be(4 + 5);
    }

    [Fact]
    public async Task Login_and_handshake_send_the_same_headers_so_that_a_bound_token_is_valid()
    {
        string[] identifying = ["User-Agent", "Accept-Language", "Accept", "Accept-Encoding", "Cookie", "traceparent"];
        await using Simulated simulated = await Simulated.StartAsync(server =>
        {
            server.Tokens.BindToHeaders.Clear();
            foreach (string header in identifying)
            {
                server.Tokens.BindToHeaders.Add(header);
            }
        });
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task reading = ReadAsync(feed, simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await reading;

        simulated.Server.Handshakes.Should().ContainSingle().Which.Headers["User-Agent"].Should().Be(simulated.Server.Logins.Single().Headers["User-Agent"]);
    }

    private static async Task<TException> EndOfAsync<TException>(Simulated simulated, ContractSet contracts)
        where TException : ImeException
    {
        Func<Task> read = async () => await ReadAsync(simulated.Client.OpenFeed(contracts), simulated.Cancellation);
        return (await read.Should().ThrowAsync<TException>()).Which;
    }

    private static async Task ReadAsync(MarketFeed feed, CancellationToken cancellationToken)
    {
        await foreach (MarketSnapshot _ in feed.WithCancellation(cancellationToken))
        {
            break;
        }
    }
}
