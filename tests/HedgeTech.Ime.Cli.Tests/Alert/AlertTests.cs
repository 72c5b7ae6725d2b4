using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>The command as a process on a simulator whose prices the test chooses.</summary>
public sealed class AlertTests : IDisposable
{
    private const string BotToken = "123456789:AAF-s3cret_token-of_the_bot";

    private readonly string _folder = Directory.CreateTempSubdirectory("ime-alert").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_price_that_crosses_is_written_and_reaches_a_telegram_bot_whose_token_is_shown_nowhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT.");
        // The part of Telegram's interface that the guide relies on: parameters from the query and from the JSON body together, others ignored.
        await using Receiver telegram = await Receiver.StartAsync(static async (number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 502 : 200;
            await context.Response.WriteAsync(number == 1 ? "<html>Bad Gateway</html>" : """{"ok":true,"result":{}}""", Token);
        });
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        (string, string) webhook = ("IME_WEBHOOK", new Uri(telegram.Address, $"/bot{BotToken}/sendMessage?chat_id=-1001").AbsoluteUri);
        using Process tool = Tool.Start([.. Tool.Account(simulator), webhook], "alert", "SAFAB03 last > 800000 reset 799000", "--json");
        Task<string> errors = tool.StandardError.ReadToEndAsync(Token);
        await simulator.WhenSubscribedAsync(cancellationToken: Token);

        List<string> lines = [];
        foreach (decimal price in (decimal[])[799_500, 800_100, 800_200, 799_500, 800_300, 799_000, 800_400])
        {
            await simulator.PublishAsync(Price(price), Token);
        }

        lines.Add((await tool.StandardOutput.ReadLineAsync(Token))!);
        lines.Add((await tool.StandardOutput.ReadLineAsync(Token))!);
        for (int i = 0; i < 3; i++)
        {
            await telegram.WhenAnsweredAsync(); // the first attempt is refused
        }

        using (Process kill = Process.Start("kill", ["-INT", $"{tool.Id}"]))
        {
            await kill.WaitForExitAsync(Token);
        }

        await tool.WaitForExitAsync(Token);
        string rest = await tool.StandardOutput.ReadToEndAsync(Token);
        string shown = string.Concat(lines) + rest + await errors;
        tool.ExitCode.Should().Be(0, shown);
        lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("value").GetDecimal()).Should().Equal(800_100, 800_400);
        rest.Should().BeEmpty();
        telegram.Posts.Should().HaveCount(3).And.OnlyContain(static post => post.Target == $"/bot{BotToken}/sendMessage?chat_id=-1001" && post.ContentType == "application/json");
        telegram.Posts.Select(static post => JsonDocument.Parse(post.Body).RootElement.GetProperty("text").GetString())
            .Should().Equal("SAFAB03 last 800,100 > 800,000", "SAFAB03 last 800,100 > 800,000", "SAFAB03 last 800,400 > 800,000");
        shown.Should().Contain($"ime: alerts go to the webhook at {telegram.Address.Authority}").And.NotContain("AAF-s3cret").And.NotContain(simulator.Password);
    }

    [Fact]
    public async Task A_terminal_that_has_stopped_holds_up_neither_the_webhook_nor_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT.");
        const int Alerts = 1500; // more than a pipe and the queue take
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        await using Receiver receiver = await Receiver.StartAsync(static (_, _) => Task.CompletedTask);
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        using Process tool = Tool.Start(Tool.Account(simulator), "alert", "SAFAB03 last > 800000 reset 799000", "--json", "--webhook", receiver.Address.AbsoluteUri);
        await simulator.WhenSubscribedAsync(cancellationToken: Token);

        for (int i = 0; i < Alerts; i++)
        {
            await simulator.PublishAsync(Price(800_001), Token);
            await simulator.PublishAsync(Price(798_000), Token);
            await receiver.WhenAnsweredAsync().WaitAsync(patience.Token);
        }

        using (Process kill = Process.Start("kill", ["-INT", $"{tool.Id}"]))
        {
            await kill.WaitForExitAsync(Token);
        }

        Task<string> errors = tool.StandardError.ReadToEndAsync(Token);
        await tool.WaitForExitAsync(Token);
        string shown = await tool.StandardOutput.ReadToEndAsync(Token);
        tool.ExitCode.Should().Be((int)ExitCode.Failure);
        string told = await errors;
        int named = told.Split('\n').Count(static line => line.StartsWith("ime: an alert did not reach standard output (", StringComparison.Ordinal));
        Match more = Regex.Match(told, @"^ime: ([0-9,]+) more alerts did not reach standard output \(the tool ended\)$", RegexOptions.Multiline);
        (shown.Count(static c => c == '\n') + named + int.Parse(more.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)).Should().Be(Alerts, told);
    }

    [Fact]
    public async Task Rules_come_from_a_file_and_an_interruption_is_alerted()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = Path.Combine(_folder, "rules.txt");
        await File.WriteAllTextAsync(file, "# my rules\n\n  SAFAB03 gap\nSAFAB03 volume > 0 reset 0\n", Token);
        using Process tool = Tool.Start(Tool.Account(simulator), "alert", "--rules", file, "ETCDY03 last > 0");
        await LinesUntilAsync("SAFAB03 volume ", "ETCDY03 last ");

        simulator.Drop();

        string output = await LinesUntilAsync("SAFAB03 interrupted: ", "SAFAB03 resumed after a gap of ");
        output.Should().MatchRegex("(?m)^[0-9:.]{12}  SAFAB03 interrupted: ConnectionLost$");
        tool.Kill();

        async Task<string> LinesUntilAsync(params string[] wanted)
        {
            string lines = "";
            while (!wanted.All(part => lines.Contains(part, StringComparison.Ordinal)))
            {
                lines += await tool.StandardOutput.ReadLineAsync(Token) + "\n";
            }

            return lines;
        }
    }

    [Fact]
    public async Task A_silent_contract_is_alerted()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        using Process tool = Tool.Start(Tool.Account(simulator), "alert", "--id", "276 silent 1s");

        (await tool.StandardOutput.ReadLineAsync(Token)).Should().MatchRegex("id:276 silent for [0-9]+ s$");
        tool.Kill();
    }

    [Fact]
    public async Task An_alert_that_reaches_nobody_makes_the_exit_code_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -TERM.");
        await using Receiver receiver = await Receiver.StartAsync(static (_, context) =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        });
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string credentials = Path.Combine(_folder, "credentials.json");
        await File.WriteAllTextAsync(credentials, $$"""{"username": "{{simulator.Username}}", "password": "{{simulator.Password}}", "webhook": "{{receiver.Address}}s3cret-path"}""", Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(credentials, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using Process tool = Tool.Start([("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())], "alert", "--credentials", credentials, "SAFAB03 last > 0");
        Task<string> errors = tool.StandardError.ReadToEndAsync(Token);
        await receiver.WhenAnsweredAsync();

        using (Process kill = Process.Start("kill", ["-TERM", $"{tool.Id}"]))
        {
            await kill.WaitForExitAsync(Token);
        }

        await tool.WaitForExitAsync(Token);
        tool.ExitCode.Should().Be((int)ExitCode.Failure);
        (await errors).Should().Contain($"an alert did not reach the webhook at {receiver.Address.Authority} (HTTP 410): SAFAB03 last ").And.NotContain("s3cret-path");
    }

    [Fact]
    public async Task The_program_of_run_does_not_inherit_the_account()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no env.");
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        using Process tool = Tool.Start(Tool.Account(simulator), "alert", "SAFAB03 last > 0", "--run", "env");
        string errors = "";

        while (!errors.Contains("IME_ALERT_TEXT=SAFAB03 last", StringComparison.Ordinal))
        {
            errors += await tool.StandardError.ReadLineAsync(Token) + "\n";
        }

        tool.StandardOutput.Close();
        tool.Kill();
        errors += await tool.StandardError.ReadToEndAsync(Token);
        errors.Should().Contain("ime: alerts go to the program env").And.NotContain(simulator.Password);
    }

    [Theory]
    [InlineData("Rule 2, 'SAFAB03 lats > 1', is wrong: 'lats' is not a field. Did you mean 'last'?", "SAFAB03 last > 1", "SAFAB03 lats > 1")]
    [InlineData("Rule 1, 'SAFAB03', is wrong: it has no condition.", "SAFAB03", "last > 1")]
    [InlineData("RULE is missing: 'ime alert \"SAFAB03 last > 800000\"', or a file with --rules.")]
    [InlineData("--webhook must not contain a secret", "SAFAB03 gap", "--webhook", "https://api.telegram.org/bot1:s3cret/sendMessage")]
    [InlineData("--run names 'no-such-program', which does not exist.", "SAFAB03 gap", "--run", "no-such-program")]
    [InlineData("The file of --rules cannot be read: ", "--rules", "/nonexistent/rules")]
    [InlineData("Unknown option '--webhok'. Did you mean '--webhook'?", "SAFAB03 gap", "--webhok", "https://s3cret")]
    public async Task A_wrong_command_line_is_answered_before_a_login(string sentence, params string[] arguments)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, string errors) = await Tool.RunAsync(Tool.Account(simulator), ["alert", .. arguments]);

        exitCode.Should().Be((int)ExitCode.Usage, errors);
        output.Should().BeEmpty();
        errors.Should().StartWith($"ime: {sentence}").And.NotContain("s3cret").And.NotContain("   at ");
        simulator.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_wrong_rule_of_a_file_is_named_with_its_line()
    {
        string file = Path.Combine(_folder, "rules.txt");
        await File.WriteAllTextAsync(file, "# one\nSAFAB03 last > 1\nSAFAB03 last > x\n\nSAFAB03 silent\n", Token);

        (int exitCode, _, string errors) = await Tool.RunAsync([], "alert", "--rules", file);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("rules.txt, line 3, 'SAFAB03 last > x', is wrong: 'x' must be a number").And.Contain("rules.txt, line 5, 'SAFAB03 silent', is wrong: ").And.NotContain("line 2");
    }

    [Fact]
    public async Task A_file_without_a_rule_is_refused()
    {
        string file = Path.Combine(_folder, "rules.txt");
        await File.WriteAllTextAsync(file, "# nothing yet\n", Token);

        (int exitCode, _, string errors) = await Tool.RunAsync([], "alert", "--rules", file);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("rules.txt has no rule. A rule is ");
    }

    private static MarketSnapshot Price(decimal last) => new() { Contract = ContractKey.Name("SAFAB03"), Aggregate = new Aggregate { LastPrice = last, PreviousClose = 790_000 } };
}
