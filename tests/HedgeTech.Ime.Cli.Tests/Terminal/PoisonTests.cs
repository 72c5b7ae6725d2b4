using System.Diagnostics;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>Text from a hostile peer never reaches a terminal unescaped.</summary>
public sealed partial class PoisonTests
{
    [Theory]
    [InlineData("a malformed status line")]
    [InlineData("a header line without a colon")]
    [InlineData("header values")]
    [InlineData("a redirect")]
    [InlineData("details of fields")]
    public async Task Text_from_a_hostile_service_never_controls_the_terminal(string answer)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.SendAsync(RawPoison.Bytes(RawPoison.Answers[answer]));
            session.Dispose();
        });
        (string Name, string Value)[] environment = [("IME_USERNAME", RawPoison.Username), ("IME_PASSWORD", RawPoison.Password), ("IME_BASE_ADDRESS", peer.Address.ToString())];

        foreach (string[] command in (string[][])[["token"], ["watch", "SAFAB03", "--plain"], ["doctor", "SAFAB03"], ["doctor", "SAFAB03", "--summary"]])
        {
            using Process process = Tool.Start(environment, command);
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string errors = "";
            while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                errors += line + "\n";
                if (command[0] == "watch" && line.Contains("interrupted", StringComparison.Ordinal))
                {
                    process.Kill();
                }
            }

            string screen = await output + errors;
            screen.Should().NotBeEmpty();
            RawPoison.FaultIn(screen.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal), mayHaveLines: true, isTokenTold: false)
                .Should().BeNull("{0} shows: {1}", command[0], screen);
        }
    }

    [Fact]
    public async Task A_login_at_the_simulator_is_shown_without_terminal_control_characters()
    {
        using Process process = Tool.Start([], "simulate", "--port", "0");
        string output = "";
        Match address;
        while (!(address = Address().Match(output)).Success)
        {
            output += await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) + "\n";
        }

        using HttpClient http = new();
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(address.Value + "/auth/user/token/issue"),
            new FormUrlEncodedContent([new("username", "\u001b]0;owned\u0007\u001b[2J\u202eFAKE\nFORGED"), new("password", "x")]),
            TestContext.Current.CancellationToken);
        string? login;
        do
        {
            login = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (login?.Contains("POST", StringComparison.Ordinal) == false);

        process.Kill();
        login.Should().Contain("FAKE").And.Contain("FORGED");
        RawPoison.FaultIn(login!, mayHaveLines: false, isTokenTold: false).Should().BeNull();
    }

    [Fact]
    public void An_error_of_the_tool_keeps_its_line_breaks_and_has_no_other_control_characters()
    {
        string text = ImeTool.Explain(new InvalidOperationException("\u001b[2Jone\u202etwo")).Text;

        text.Should().Contain("one").And.Contain("two").And.Contain("InvalidOperationException");
        RawPoison.FaultIn(text, mayHaveLines: true, isTokenTold: false).Should().BeNull();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
