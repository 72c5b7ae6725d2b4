using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Settings;

/// <summary>Tests the sources of user name, password and token.</summary>
public sealed class CredentialsTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder = Directory.CreateTempSubdirectory("ime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_credentials_file_that_others_can_access_is_refused_until_the_user_runs_the_command_in_the_message(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync("it's mine.json", $$"""{"username": "{{simulator.Username}}", "password": "{{simulator.Password}}"}""", OwnerAlone | others);
        string[] command = ["token", "--base-address", simulator.BaseAddress.ToString(), "--credentials", file];

        (int exitCode, _, string errors) = await Tool.RunAsync([], command);
        exitCode.Should().Be((int)ExitCode.Credentials);
        errors.Should().NotContain(simulator.Password);

        string remedy = errors[(errors.IndexOf("with: ", StringComparison.Ordinal) + "with: ".Length)..];
        remedy.Should().StartWith("chmod 600 ");
        using (System.Diagnostics.Process shell = System.Diagnostics.Process.Start("sh", ["-c", remedy]))
        {
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (exitCode, string output, _) = await Tool.RunAsync([], command);
        exitCode.Should().Be(0);
        output.Should().Contain(simulator.Username);
    }

    [Fact]
    public async Task The_file_of_the_option_takes_precedence_over_the_variables()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync("credentials.json", $$"""{"username": "{{simulator.Username}}", "password": "{{simulator.Password}}"}""", OwnerAlone);

        (int exitCode, _, string errors) = await Tool.RunAsync(
            [("IME_USERNAME", "another"), ("IME_PASSWORD", "wrong"), ("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())], "token", "--credentials", file);

        exitCode.Should().Be(0, errors);
    }

    [Fact]
    public async Task The_account_comes_from_the_variables_if_the_file_of_the_option_has_none()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync("credentials.json", """{"redisPassword": "secret"}""", OwnerAlone);

        (int exitCode, _, string errors) = await Tool.RunAsync(Tool.Account(simulator), "token", "--credentials", file);

        exitCode.Should().Be(0, errors);
    }

    [Theory]
    [InlineData("redisPassword")]
    [InlineData("webhook")]
    public async Task A_file_without_an_account_is_not_taken_for_credentials(string key)
    {
        string file = await FileAsync("credentials.json", $$"""{"{{key}}": "secret"}""", OwnerAlone);

        foreach ((string, string)[] named in ((string, string)[][])[[], [("IME_CREDENTIALS", file)]])
        {
            (int exitCode, _, string errors) = await Tool.RunAsync(named, named.Length == 0 ? ["token", "--credentials", file] : ["token"]);

            exitCode.Should().Be((int)ExitCode.Credentials);
            errors.Should().StartWith("ime: There are no credentials.");
        }
    }

    [Fact]
    public void User_name_and_password_of_Redis_come_from_one_source()
    {
        string file = Path.Combine(_folder, "redis.json");
        File.WriteAllText(file, """{"redisPassword": "of the file"}""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OwnerAlone);
        }

        Environment.SetEnvironmentVariable("IME_REDIS_USERNAME", "of the environment");
        try
        {
            Credentials.FindRedis(file).Should().Be((null, "of the file"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("IME_REDIS_USERNAME", null);
        }
    }

    [Theory]
    [InlineData("token")]
    [InlineData("watch", "SAFAB03", "--relay", "127.0.0.1:1")]
    [InlineData("alert", "SAFAB03 last > 1", "--relay", "127.0.0.1:1")]
    public async Task A_file_of_the_variable_that_does_not_exist_is_refused_whatever_the_other_variables_are(params string[] command)
    {
        (int exitCode, _, string errors) = await Tool.RunAsync(
            [("IME_CREDENTIALS", "/missing"), ("IME_ACCESS_TOKEN", "t"), ("IME_REDIS_PASSWORD", "p"), ("IME_WEBHOOK", "http://127.0.0.1:1"), ("IME_BASE_ADDRESS", "http://127.0.0.1:1")], command);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Be("ime: The file /missing does not exist.\n");
    }

    [Theory]
    [InlineData("token")]
    [InlineData("watch", "SAFAB03", "--relay", "127.0.0.1:1")]
    [InlineData("alert", "SAFAB03 last > 1", "--relay", "127.0.0.1:1")]
    public async Task A_file_of_the_option_that_does_not_exist_is_refused_whatever_the_variables_are(params string[] command)
    {
        (int exitCode, _, string errors) = await Tool.RunAsync(
            [("IME_ACCESS_TOKEN", "t"), ("IME_REDIS_PASSWORD", "p"), ("IME_WEBHOOK", "http://127.0.0.1:1"), ("IME_BASE_ADDRESS", "http://127.0.0.1:1")], [.. command, "--credentials", "/missing"]);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Be("ime: The file /missing does not exist.\n");
    }

    [Fact]
    public async Task The_credentials_file_in_the_folder_of_the_user_is_found()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        Directory.CreateDirectory(Path.Combine(_folder, "ime"));
        await FileAsync("ime/credentials.json", $$"""{"username": "{{simulator.Username}}", "password": "{{simulator.Password}}"}""", OwnerAlone);

        (int exitCode, _, _) = await Tool.RunAsync([("XDG_CONFIG_HOME", _folder), ("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())], "token");

        exitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_credentials_file_that_is_not_JSON_is_refused_without_a_quotation()
    {
        string file = await FileAsync("credentials.json", "my-secret-password", OwnerAlone);

        (int exitCode, string output, string errors) = await Tool.RunAsync([("IME_CREDENTIALS", file)], "token");

        exitCode.Should().Be((int)ExitCode.Credentials);
        (output + errors).Should().NotContain("secret");
    }

    [Fact]
    public async Task A_misspelled_key_of_the_credentials_file_is_refused_with_the_right_key_and_without_its_value()
    {
        string file = await FileAsync("credentials.json", """{"usrename": "demo", "password": "s3cret"}""", OwnerAlone);

        (int exitCode, string output, string errors) = await Tool.RunAsync([("IME_CREDENTIALS", file)], "token");

        exitCode.Should().Be((int)ExitCode.Credentials);
        errors.Should().Contain("'usrename'").And.Contain("Did you mean 'username'?");
        (output + errors).Should().NotContain("demo").And.NotContain("s3cret");
    }

    [Fact]
    public async Task Without_credentials_and_without_a_terminal_the_message_names_the_variables_to_set()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], "token");

        exitCode.Should().Be((int)ExitCode.Credentials);
        errors.Should().Contain("IME_USERNAME").And.Contain("IME_ACCESS_TOKEN").And.Contain("--credentials");
    }

    [Theory]
    [InlineData("username", "There is a user name, but no password beside it.")]
    [InlineData("password", "There is a password, but no user name beside it.")]
    public async Task Half_an_account_in_the_file_is_named_without_its_value_if_there_is_no_terminal(string key, string problem)
    {
        string file = await FileAsync("credentials.json", $$"""{"{{key}}": "s3cret"}""", OwnerAlone);

        (int exitCode, _, string errors) = await Tool.RunAsync([], "token", "--credentials", file);

        exitCode.Should().Be((int)ExitCode.Credentials);
        errors.Should().StartWith($"ime: {problem}").And.Contain("IME_PASSWORD").And.NotContain("s3cret");
    }

    [Fact]
    public async Task What_the_file_lacks_of_an_account_is_asked_for()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = await FileAsync("credentials.json", $$"""{"username": "{{simulator.Username}}"}""", OwnerAlone);
        await using TestTerminal terminal = TestTerminal.Start(80, 24, [("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())], "token", "--credentials", file);

        (await terminal.ScreenWithAsync("Password:")).Should().NotContain("User name:");
        terminal.Press(simulator.Password, "Enter");

        (await terminal.ScreenWithAsync("ended with 0")).Should().Contain("expires");
    }

    [Fact]
    public async Task The_password_prompt_does_not_show_the_password()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, [("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())], "token");

        await terminal.ScreenWithAsync("User name:");
        terminal.Press(simulator.Username, "Enter");
        await terminal.ScreenWithAsync("Password:");
        terminal.Press(simulator.Password, "Enter");

        string screen = await terminal.ScreenWithAsync("ended with 0");
        screen.Should().Contain("expires").And.NotContain(simulator.Password).And.NotContain("****");
    }

    [Fact]
    public async Task Ctrl_C_at_the_prompt_restores_the_terminal()
    {
        await using TestTerminal terminal = TestTerminal.Start(80, 24, [("IME_USERNAME", "demo")], "token");
        await terminal.ScreenWithAsync("Password:");

        terminal.Press("C-c");

        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 130");
    }

    [Fact]
    public async Task A_password_cannot_be_given_as_an_argument()
    {
        (int exitCode, _, _) = await Tool.RunAsync([], "token", "--password", "secret");

        exitCode.Should().Be((int)ExitCode.Usage);
    }

    private async Task<string> FileAsync(string name, string content, UnixFileMode mode)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }
}
