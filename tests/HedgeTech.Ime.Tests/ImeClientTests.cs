using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests;

/// <summary>Tests the client as a whole, from credentials to snapshots.</summary>
public sealed class ImeClientTests
{
    /// <summary>Text that must arrive unchanged: reserved characters, a double space, Persian, a zero-width non-joiner, an emoji.</summary>
    private static readonly string[] OddNames =
    [
        "a+b&c=d%25#e/f?g;h", "two  spaces", "قرارداد آتی زعفران نگین", "می\u200Cخواهم", "ي and ی, ك and ک", "🚀", "..", "%2B",
    ];

    [Fact]
    public async Task Client_streams_over_TLS_with_a_certificate_that_the_validation_callback_trusts()
    {
        using X509Certificate2 certificate = SimulatorCertificate.Create();
        await using Simulated simulated = await Simulated.StartAsync(
            server =>
            {
                server.Certificate = certificate;
                server.Rate = 100;
            },
            options => options.Connection.ServerCertificateValidation = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());

        simulated.Server.BaseAddress.Scheme.Should().Be(Uri.UriSchemeHttps);
        (await FirstAsync(simulated, Simulated.Contracts)).Contract.Should().Be(ContractKey.Name(Simulated.Contract));
    }

    [Fact]
    public async Task Client_sends_no_password_to_a_server_whose_certificate_is_not_trusted()
    {
        using X509Certificate2 certificate = SimulatorCertificate.Create();
        await using Simulated simulated = await Simulated.StartAsync(server => server.Certificate = certificate);
        await using IAsyncEnumerator<FeedEvent> events = simulated.Client.StreamEventsAsync(Simulated.Contracts, simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);

        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Should().BeOfType<FeedInterrupted>().Which.Should().Match<FeedInterrupted>(e => e.Reason == InterruptionReason.LoginFailed && e.Description!.Contains("certificate") && e.Description.Contains("the clock of this machine"));
        simulated.Server.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task Odd_names_and_ids_arrive_unchanged_and_are_in_the_snapshots()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server =>
        {
            server.AcceptAnyContract = true;
            server.Rate = 100;
        });
        ContractSet contracts = new([.. OddNames.Select(ContractKey.Name), .. OddNames.Select(ContractKey.Id)]);
        HashSet<ContractKey> seen = [];
        await foreach (MarketSnapshot snapshot in simulated.Client.StreamAsync(contracts, simulated.Cancellation))
        {
            seen.Add(snapshot.Contract);
            if (seen.Count == contracts.Count)
            {
                break;
            }
        }

        seen.Should().BeEquivalentTo(contracts);
        simulated.Server.Handshakes.SelectMany(static handshake => handshake.Contracts).Should().BeEquivalentTo(contracts);
    }

    [Theory]
    [InlineData(JsonDialect.Compact)]
    [InlineData(JsonDialect.Python)]
    public async Task Client_sends_undocumented_spellings_and_reads_both_dialects(JsonDialect dialect)
    {
        await using Simulated simulated = await Simulated.StartAsync(
            server =>
            {
                server.Rate = 100;
                server.Spelling = SimulatorSpelling.Drifted with { Dialect = dialect };
            },
            static options =>
            {
                SimulatorSpelling spelling = SimulatorSpelling.Drifted;
                options.Authentication.UsernameField = spelling.UsernameField;
                options.Authentication.PasswordField = spelling.PasswordField;
                options.Authentication.AuthorizationScheme = spelling.AuthorizationScheme;
                options.Connection.NameParameter = spelling.NameParameter;
                options.Connection.IdParameter = spelling.IdParameter;
            });

        MarketSnapshot snapshot = await FirstAsync(simulated, Simulated.Contracts);
        snapshot.Contract.Should().Be(ContractKey.Name(Simulated.Contract));
        snapshot.Unavailable.Should().Be(SnapshotFields.None);
        simulated.Server.Handshakes.Single().Headers["Authorization"].Should().StartWith("Bearer ");
    }

    [Fact]
    public async Task Events_and_feeds_can_be_requested_by_name_and_by_id()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server =>
        {
            server.AcceptAnyContract = true;
            server.Rate = 100;
        });

        await foreach (FeedEvent happened in simulated.Client.StreamEventsByNameAsync(["N"], simulated.Cancellation))
        {
            happened.Should().BeOfType<FeedConnected>().Which.Contracts.Should().Equal(ContractKey.Name("N"));
            break;
        }

        await foreach (FeedEvent happened in simulated.Client.StreamEventsByIdAsync(["7"], simulated.Cancellation))
        {
            happened.Should().BeOfType<FeedConnected>().Which.Contracts.Should().Equal(ContractKey.Id("7"));
            break;
        }

        simulated.Client.OpenFeedByName(["N"]).Contracts.Should().Equal(ContractKey.Name("N"));
        simulated.Client.OpenFeedById(["7"], simulated.Client.CreateFeedOptions()).Contracts.Should().Equal(ContractKey.Id("7"));
        simulated.Client.Invoking(static client => client.StreamEventsByNameAsync([])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Options_for_one_feed_start_as_a_copy_of_the_options_of_the_client()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Capacity = 77);

        FeedOptions options = simulated.Client.CreateFeedOptions();

        options.Capacity.Should().Be(77);
        options.Capacity = 0;
        simulated.Client.CreateFeedOptions().Capacity.Should().Be(77);
        simulated.Client.Invoking(client => client.OpenFeed(Simulated.Contracts, options)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Synchronous_disposal_returns_on_a_blocked_synchronization_context_and_leaves_no_connection()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.Rate = 100);
        Task loop = Within(new StuckContext(), LoopAsync);
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 1, simulated.Cancellation);

        await Task.Factory.StartNew(
            () => Within(new StuckContext(), () =>
            {
                simulated.Client.Dispose();
                simulated.Client.Dispose();
                return Task.CompletedTask;
            }),
            simulated.Cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap().WaitAsync(simulated.Cancellation);

        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);
        simulated.Client.Invoking(static client => client.OpenFeed(Simulated.Contracts)).Should().Throw<ObjectDisposedException>();
        loop.IsFaulted.Should().BeFalse();

        static Task Within(SynchronizationContext context, Func<Task> run)
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                return run();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }

        async Task LoopAsync()
        {
            await foreach (MarketSnapshot _ in simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation))
            {
                // The continuation is posted to the context, which never runs it.
            }
        }
    }

    private static async Task<MarketSnapshot> FirstAsync(Simulated simulated, ContractSet contracts)
    {
        await foreach (MarketSnapshot snapshot in simulated.Client.StreamAsync(contracts, simulated.Cancellation))
        {
            return snapshot;
        }

        throw new InvalidOperationException("The stream ended without a snapshot.");
    }

    /// <summary>The synchronization context of a user interface whose thread is blocked: posted callbacks never run.</summary>
    private sealed class StuckContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("the thread is blocked");
    }
}
