using System.Net;

namespace HedgeTech.Ime.Testing.Tests;

public sealed class DefaultsTests
{
    [Fact]
    public void The_options_of_the_simulator_have_the_documented_defaults()
    {
        ImeSimulatorOptions options = new();
        options.Port.Should().Be(0);
        options.Certificate.Should().BeNull();
        options.Seed.Should().Be(1);
        options.Rate.Should().Be(10);
        options.Username.Should().Be("demo");
        options.Password.Should().Be("demo-password");
        options.Contracts.Should().Equal(SimulatorContract.BuiltIn);
        options.AcceptAnyContract.Should().BeFalse();
        options.Spelling.Should().Be(new SimulatorSpelling());
        options.RefuseAfterAccept.Should().BeFalse();
        options.MaxConnections.Should().BeNull();
        options.MaxRequestLineBytes.Should().BeNull();
        options.SubscribeDelay.Should().Be(TimeSpan.Zero);
        options.SnapshotOnConnect.Should().BeFalse();
        options.MessagesBeforeFirstTrade.Should().Be(0);
        options.KeepMessages.Should().BeFalse();
        options.MaxRecords.Should().BeNull();
        options.Faults.Should().BeEmpty();
        options.Tokens.Lifetime.Should().Be(TimeSpan.FromHours(1));
        options.Tokens.Opaque.Should().BeFalse();
        options.Tokens.BindToAddress.Should().BeTrue();
        options.Tokens.BindToHeaders.Should().Equal("User-Agent", "Accept-Language");
        options.Tokens.OnlyTheNewest.Should().BeFalse();
        options.Tokens.CloseOnLogin.Should().BeFalse();
        options.Tokens.CloseOnExpiry.Should().BeFalse();
    }

    [Fact]
    public void The_default_spellings_are_the_documented_ones()
    {
        SimulatorSpelling spelling = new();
        spelling.TokenPath.Should().Be("/auth/user/token/issue");
        spelling.UsernameField.Should().Be("username");
        spelling.PasswordField.Should().Be("password");
        spelling.LoginStatus.Should().Be(HttpStatusCode.OK);
        spelling.NamePath.Should().Be("/data-engine/ime/live/data/websocket/contract/name");
        spelling.IdPath.Should().Be("/data-engine/ime/live/data/websocket/contract/id");
        spelling.NameParameter.Should().Be("contract_names");
        spelling.IdParameter.Should().Be("contract_id");
        spelling.AuthorizationScheme.Should().BeNull();
        spelling.NameMember.Should().Be("contractName");
        spelling.IdMember.Should().Be("ContractId");
        spelling.Dialect.Should().Be(JsonDialect.Compact);
    }

    [Fact]
    public void A_fault_happens_once_by_default()
    {
        SimulatorFault fault = new(SimulatorFaultKind.Close);
        (fault.After, fault.AfterMessages, fault.Times, fault.CloseStatus, fault.CloseReason).Should().Be((null, null, 1, 1011, "keepalive ping timeout"));
    }

    [Fact]
    public async Task Options_changed_after_the_start_have_no_effect()
    {
        ImeSimulatorOptions options = new() { Rate = 0 };
        await using ImeSimulator simulator = await RawClient.StartAsync(options);
        options.Username = "somebody else";
        options.Contracts.Clear();
        options.Tokens.Lifetime = TimeSpan.FromTicks(1);

        await RawClient.LoginAsync(simulator);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        simulator.Username.Should().Be("demo");
    }
}
