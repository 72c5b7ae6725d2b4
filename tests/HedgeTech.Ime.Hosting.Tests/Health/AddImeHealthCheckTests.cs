using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Hosting.Tests.Health;

public sealed class AddImeHealthCheckTests : IDisposable
{
    // It is Saturday, 11:30 in Tehran.
    private static readonly DateTimeOffset Noon = new(2026, 1, 3, 8, 0, 0, TimeSpan.Zero);

    private static readonly ContractSet AB = ContractSet.ByName("A", "B");

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly ScriptedSource _source = new();
    private readonly ServiceCollection _collection = new();
    private ServiceProvider? _services;

    public AddImeHealthCheckTests()
    {
        _collection.AddLogging().AddSingleton<TimeProvider>(_time);
        _collection.AddImeFeed(AB);
    }

    [Fact]
    public async Task A_feed_is_degraded_until_it_is_live_and_then_healthy()
    {
        (await CheckAsync()).Status.Should().Be(HealthStatus.Degraded);
        _ = Run();
        (await CheckAsync()).Description.Should().Be("Connecting.");
        _source.Say(new FeedConnected { Connection = 1, Contracts = AB });

        (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_feed_that_is_never_live_becomes_unhealthy()
    {
        _ = Run();
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1));

        (await CheckAsync()).Status.Should().Be(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task An_outage_degrades_the_feed_until_it_ends()
    {
        _ = Live();
        _source.Say(new FeedInterrupted { Connection = 1, Contracts = ContractSet.ByName("A") });

        HealthReportEntry check = await CheckAsync();
        check.Status.Should().Be(HealthStatus.Degraded);
        check.Description.Should().Be("Interrupted for 1 of 2 contracts.");
        check.Data["state"].Should().Be("Interrupted");
        check.Data["contractsInterrupted"].Should().Be(1);

        _source.Say(new FeedResumed { Connection = 1, Contracts = ContractSet.ByName("A") });
        (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Silence_degrades_the_feed_until_a_message_arrives()
    {
        _ = Live();
        _source.Say(new FeedSilent { Connection = 1, Contracts = AB });
        (await CheckAsync()).Description.Should().Be("Silent for 2 of 2 contracts.");

        _source.Say("A", 1, Noon);
        (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData(60, HealthStatus.Healthy)]
    [InlineData(61, HealthStatus.Degraded)]
    [InlineData(300, HealthStatus.Degraded)]
    [InlineData(301, HealthStatus.Unhealthy)]
    public async Task Old_data_make_the_feed_degraded_and_later_unhealthy(int seconds, HealthStatus status)
    {
        _ = Live();
        _time.Advance(TimeSpan.FromSeconds(seconds));

        HealthReportEntry check = await CheckAsync();

        check.Status.Should().Be(status);
        check.Data["dataAgeSeconds"].Should().Be((double)seconds);
        check.Data["lastReceivedAt"].Should().Be(Noon);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_do_not_age_while_the_market_is_closed(bool hoursOfClient)
    {
        TradingHours hours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(12, 0));
        if (hoursOfClient)
        {
            _collection.AddImeClient(options => (options.AccessToken, options.Feed.TradingHours) = ("token", hours));
        }

        _ = Live();
        _time.Advance(TimeSpan.FromHours(1));
        (await CheckAsync(Hours)).Status.Should().Be(HealthStatus.Unhealthy, "half an hour of that time was trading time");
        _source.Say("A", 1, _time.GetUtcNow());
        _source.Say(new FeedSilent { Connection = 1, Contracts = AB });
        _time.Advance(TimeSpan.FromHours(20));

        HealthReportEntry closed = await CheckAsync(Hours);
        closed.Status.Should().Be(HealthStatus.Healthy);
        closed.Description.Should().Be("Live. The market is closed.");

        _time.Advance(TimeSpan.FromHours(1.5) + TimeSpan.FromSeconds(1)); // Sunday, 10:00:01
        (await CheckAsync(Hours)).Status.Should().Be(HealthStatus.Degraded);
        _time.Advance(TimeSpan.FromSeconds(300));
        (await CheckAsync(Hours)).Status.Should().Be(HealthStatus.Unhealthy);

        void Hours(ImeHealthCheckOptions options) => options.TradingHours = hoursOfClient ? null : hours;
    }

    [Fact]
    public async Task A_feed_that_has_ended_is_unhealthy_and_the_description_has_its_failure()
    {
        Task run = Live();
        TimeoutException failure = new("gone");
        _source.End(failure);
        await run.Invoking(static task => task).Should().ThrowAsync<TimeoutException>();

        HealthReportEntry check = await CheckAsync();

        check.Status.Should().Be(HealthStatus.Unhealthy);
        check.Exception.Should().BeSameAs(failure);
        check.Description.Should().Be("The feed has ended: gone");
    }

    [Fact]
    public async Task The_data_of_the_check_contain_the_counts_of_the_feed()
    {
        _ = Live();
        _source.Say(new SnapshotsDropped { Count = 3 });
        _source.Say(new FrameRejected { Reason = "no JSON" });

        (await CheckAsync()).Data.Should().Contain(new Dictionary<string, object>
        {
            ["state"] = "Live",
            ["contracts"] = 2,
            ["contractsWithData"] = 1,
            ["contractsSilent"] = 0,
            ["received"] = 1L,
            ["dropped"] = 3L,
            ["rejected"] = 1L,
            ["interruptions"] = 0L,
        });
    }

    [Fact]
    public async Task A_feed_with_a_name_has_its_own_check_with_the_status_that_the_user_chose()
    {
        _collection.AddImeFeed("gold", ContractSet.ByName("G"));
        _collection.AddHealthChecks().AddImeHealthCheck(feedName: "gold", failureStatus: HealthStatus.Degraded, tags: ["ready"]);
        ServiceProvider services = Services();
        ScriptedSource gold = new();
        gold.End(new TimeoutException("gone"));
        await services.GetRequiredKeyedService<MarketBoard>("gold").Invoking(board => board.RunAsync(gold)).Should().ThrowAsync<TimeoutException>();

        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"), TestContext.Current.CancellationToken);

        report.Entries["ime:gold"].Status.Should().Be(HealthStatus.Degraded);
    }

    [Theory]
    [InlineData(null, "No unnamed feed is registered. Call services.AddImeFeed(contracts)*")]
    [InlineData("silver", "No feed named 'silver' is registered. Call services.AddImeFeed(\"silver\", contracts)*")]
    public async Task The_exception_for_a_check_without_its_feed_names_the_method_to_call(string? feedName, string message)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging()
            .AddHealthChecks().AddImeHealthCheck(feedName: feedName).Services.BuildServiceProvider();

        Func<Task> check = () => services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        await check.Should().ThrowAsync<InvalidOperationException>().WithMessage(message);
    }

    [Fact]
    public void A_wrong_option_is_named_with_its_value_and_its_limit()
    {
        IHealthChecksBuilder checks = _collection.AddHealthChecks();

        checks.Invoking(static c => c.AddImeHealthCheck(configure: static options => options.DegradedAfter = TimeSpan.Zero))
            .Should().Throw<ArgumentException>().WithMessage("ImeHealthCheckOptions.DegradedAfter is 00:00:00, but must be more than 00:00:00.");
        checks.Invoking(static c => c.AddImeHealthCheck(configure: static options => options.UnhealthyAfter = TimeSpan.FromSeconds(59)))
            .Should().Throw<ArgumentException>().WithMessage("ImeHealthCheckOptions.UnhealthyAfter is 00:00:59, but must be at least DegradedAfter, which is 00:01:00.");
        checks.Invoking(static c => c.AddImeHealthCheck(" ")).Should().Throw<ArgumentException>();
    }

    public void Dispose() => _services?.Dispose();

    private ServiceProvider Services() => _services ??= _collection.BuildServiceProvider();

    private Task Run() => Services().GetRequiredService<MarketBoard>().RunAsync(_source, TestContext.Current.CancellationToken);

    private Task Live()
    {
        Task run = Run();
        _source.Say(new FeedConnected { Connection = 1, Contracts = AB });
        _source.Say("A", 1, Noon);
        return run;
    }

    private async Task<HealthReportEntry> CheckAsync(Action<ImeHealthCheckOptions>? configure = null)
    {
        // Creates the check outside the container of the feed, so that each test can choose its options late.
        ServiceCollection checks = new();
        checks.AddHealthChecks().AddImeHealthCheck(configure: configure);
        using ServiceProvider registrations = checks.BuildServiceProvider();
        HealthCheckRegistration registration = registrations.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single();
        HealthCheckResult result = await registration.Factory(Services()).CheckHealthAsync(new HealthCheckContext { Registration = registration });
        return new HealthReportEntry(result.Status, result.Description, TimeSpan.Zero, result.Exception, result.Data);
    }
}
