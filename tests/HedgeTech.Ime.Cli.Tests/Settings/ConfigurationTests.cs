using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Settings;

public sealed class ConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_option_of_the_client_can_be_set_in_the_file()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync($$$"""{"Ime": {"BaseAddress": "{{{simulator.BaseAddress}}}", "Connection": {"UserAgent": "from-the-file"} } }""");

        (int exitCode, _, _) = await Tool.RunAsync([.. Tool.Account(simulator), ("IME_BASE_ADDRESS", ""), ("IME_CONFIG", file)], "token");

        exitCode.Should().Be(0);
        simulator.Logins.Single().Headers["User-Agent"].Should().Be("from-the-file");
    }

    [Fact]
    public async Task Arguments_take_precedence_over_the_environment_and_the_environment_over_the_file()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync("""{"Ime": {"BaseAddress": "http://127.0.0.1:1"}}""");

        (int byEnvironment, _, _) = await Tool.RunAsync([.. Tool.Account(simulator), ("IME_CONFIG", file)], "token");
        (int byArgument, _, _) = await Tool.RunAsync([.. Tool.Account(simulator), ("IME_BASE_ADDRESS", "http://127.0.0.1:1")], "token", "-b", simulator.BaseAddress.ToString());

        (byEnvironment, byArgument).Should().Be((0, 0));
    }

    [Theory]
    [InlineData("""{"Ime": {"Connection": {"ConnectTimeout": "soon"}}}""", "ConnectTimeout")]
    [InlineData("""{"Ime": {"BaseAddress": "http://example.com"}}""", "BaseAddress")]
    [InlineData("""{"Ime": {"Password": "s3cret"}}""", "credentials file")]
    [InlineData("""{"Ime": """, "cannot be read")]
    [InlineData("""{"Ime": {"Connection": {"NameParamter": "s3cret"}}}""", "Did you mean Ime:Connection:NameParameter?")]
    [InlineData("""{"Imee": {"BaseAddress": "http://127.0.0.1:1"}}""", "Did you mean 'Ime'?")]
    [InlineData("""{"BaseAddress": "http://127.0.0.1:1"}""", "has no section 'Ime'")]
    public async Task An_invalid_configuration_file_is_refused_with_the_place_of_the_mistake(string content, string said)
    {
        string file = await FileAsync(content);

        (int exitCode, _, string errors) = await Tool.RunAsync([("IME_USERNAME", "demo"), ("IME_PASSWORD", "demo")], "token", "--config", file);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().StartWith("ime: ").And.Contain(said).And.NotContain("s3cret").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_configuration_file_that_is_named_must_exist()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], "token", "--config", Path.Combine(_folder, "none.json"));

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("none.json");
    }

    private async Task<string> FileAsync(string content)
    {
        string path = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        return path;
    }
}
