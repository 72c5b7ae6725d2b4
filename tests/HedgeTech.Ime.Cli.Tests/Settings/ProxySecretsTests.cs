using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Cli.Tests.Settings;

/// <summary>Tests the usual configuration of a proxy: an address with user name and password in <c>HTTPS_PROXY</c>.</summary>
public sealed class ProxySecretsTests
{
    private const string User = "deskuser";
    private const string Password = "pr0xy-s3cret";

    [Theory]
    [InlineData(502, "token")]
    [InlineData(407, "token")]
    [InlineData(502, "watch", "SAFAB03", "--plain")]
    [InlineData(407, "watch", "SAFAB03", "--plain")]
    [InlineData(502, "doctor", "SAFAB03")]
    [InlineData(407, "doctor", "SAFAB03")]
    [InlineData(502, "doctor", "SAFAB03", "--summary")]
    [InlineData(407, "doctor", "SAFAB03", "--json")]
    public async Task User_name_and_password_of_a_proxy_from_the_environment_are_never_shown(int status, params string[] command)
    {
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is not null)
            {
                await session.AnswerAsync(status, "", "Proxy-Authenticate: Basic realm=\"desk\"");
            }
        });
        (string Name, string Value)[] environment =
        [
            ("IME_USERNAME", "demo"), ("IME_PASSWORD", "demo-password"),
            ("HTTPS_PROXY", $"http://{User}:{Password}@{proxy.EndPoint}"), ("NO_PROXY", ""),
        ];

        string screen = await ScreenOfAsync(environment, [.. command, "--base-address", "https://core.example.invalid"]);

        proxy.Accepted.Should().BePositive(screen);
        screen.Should().Contain(status.ToString(CultureInfo.InvariantCulture)).And.NotContain(Password).And.NotContain(User);
    }

    /// <summary>Returns everything that the tool prints up to the end of its first message about the proxy, because <c>watch</c> keeps trying.</summary>
    private static async Task<string> ScreenOfAsync((string Name, string Value)[] environment, string[] arguments)
    {
        using Process process = Tool.Start(environment, arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = "";
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            errors += line + "\n";
            if (arguments[0] == "watch" && line.Contains("interrupted", StringComparison.Ordinal))
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await output + errors;
    }
}
