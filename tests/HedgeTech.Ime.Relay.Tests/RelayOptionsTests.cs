namespace HedgeTech.Ime.Relay.Tests;

public sealed class RelayOptionsTests
{
    public static TheoryData<Action<RelayOptions>, string> Wrong => new()
    {
        { static options => options.Configuration = " ", "Configuration" },
        { static options => options.Name = "", "Name" },
        { static options => options.Name = "a}b", "Name" },
        { static options => options.Name = new string('a', 65), "Name" },
        { static options => options.LeaseDuration = TimeSpan.FromMilliseconds(99), "LeaseDuration" },
        { static options => options.LeaseDuration = TimeSpan.FromMinutes(2), "LeaseDuration" },
        { static options => options.Retention = TimeSpan.Zero, "Retention" },
        { static options => options.RetentionBytes = 1024, "RetentionBytes" },
        { static options => options.TimestampOffset = TimeSpan.FromHours(15), "TimestampOffset" },
        { static options => options.TimestampOffset = TimeSpan.MinValue, "TimestampOffset" },
        { static options => options.TimestampOffset = TimeSpan.FromSeconds(90), "TimestampOffset" },
    };

    [Fact]
    public void The_options_of_a_relay_have_the_documented_defaults()
    {
        RelayOptions options = new();

        options.Configuration.Should().Be("localhost:6379");
        options.Name.Should().Be("ime");
        options.LeaseDuration.Should().Be(TimeSpan.FromSeconds(2));
        options.Retention.Should().Be(TimeSpan.FromMinutes(10));
        options.RetentionBytes.Should().Be(268_435_456);
        options.HotStandby.Should().BeFalse();
        options.From.Should().BeNull();
        options.TimestampOffset.Should().Be(TimeSpan.FromHours(3.5));
    }

    [Fact]
    public async Task Publisher_and_source_show_themselves_in_one_line_without_the_password()
    {
        RelayOptions options = new() { Configuration = "localhost:1,password=s3cret", Name = "gold" };
        await using ImeClient client = new(new ImeClientOptions { AccessToken = "token" });
        await using RelayPublisher publisher = new(client, ContractSet.ByName("SAFAB03"), options);
        await using RelaySource source = new(options);

        publisher.ToString().Should().StartWith("relay gold, Standby: not ready").And.NotContain("s3cret").And.NotContain("\n");
        source.ToString().Should().StartWith("relay gold: 0 streams").And.NotContain("s3cret").And.NotContain("\n");
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void The_exception_for_an_invalid_option_of_a_relay_names_it(Action<RelayOptions> spoil, string name)
    {
        RelayOptions options = new();
        spoil(options);

        FluentActions.Invoking(() => options.CopyAndValidate()).Should().Throw<ArgumentException>().WithMessage($"RelayOptions.{name} must be *").WithParameterName(name);
    }

    [Fact]
    public void A_configuration_that_names_no_server_is_refused()
    {
        FluentActions.Invoking(() => new RelaySource(new RelayOptions { Configuration = "ssl=true,password=s3cret" })).Should().Throw<ArgumentException>()
            .WithMessage("RelayOptions.Configuration must name a server, such as 'localhost:6379'.*").WithParameterName("Configuration").Which.Message.Should().NotContain("s3cret");
    }

    [Fact]
    public void The_password_in_the_configuration_appears_in_no_text()
    {
        RelayOptions options = new() { Configuration = "localhost:6379,password=s3cret" };

        options.ToString().Should().NotContain("s3cret");
    }
}
