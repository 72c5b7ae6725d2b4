using System.Text;

namespace HedgeTech.Ime.Testing.Tests;

public sealed class RecordedMessageTests
{
    [Fact]
    public async Task Recorded_bytes_are_sent_unchanged_and_only_to_subscribers_of_the_contract()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        string token = await RawClient.LoginAsync(simulator);
        await using RawClient one = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", token);
        await using RawClient other = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=ETCDY03", token);
        await simulator.WhenSubscribedAsync(2, TestContext.Current.CancellationToken);

        int reached = await simulator.PublishAsync(ContractKey.Name("SAFAB03"), Encoding.UTF8.GetBytes("{ \"recorded\" : \"زعفران\" }"), TestContext.Current.CancellationToken);
        await simulator.PublishAsync("ETCDY03", TestContext.Current.CancellationToken);

        reached.Should().Be(1);
        (await one.TextAsync()).Should().Be("{ \"recorded\" : \"زعفران\" }");
        (await other.TextAsync()).Should().Contain("ETCDY03");
        Func<Task> unknown = () => simulator.PublishAsync(ContractKey.Name("NOPE"), default, TestContext.Current.CancellationToken);
        await unknown.Should().ThrowAsync<ArgumentException>().WithMessage("The market has no contract NOPE.*");
    }
}
