using System.CommandLine;
using System.Globalization;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Token;

/// <summary><c>ime token</c>: logs in, and shows the user and the expiry of the token.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Option<bool> show = new("--show") { Description = "Print only the token on standard output. It is a secret: anyone who has it can use your account." };
        Command command = new("token", "Log in, and show the user and the expiry of the token.") { show };
        service.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            await using ImeClient client = new(options);
            AccessToken token = await client.GetAccessTokenAsync(cancellationToken);
            if (parsed.GetValue(show))
            {
                await Console.Out.WriteLineAsync(token.Value);
                return (int)ExitCode.Success;
            }

            await Console.Out.WriteLineAsync($"user     {options.Username ?? "unknown, because the token was given"}");
            await Console.Out.WriteLineAsync($"service  {options.BaseAddress}");
            await Console.Out.WriteLineAsync($"expires  {Expiry(token.ExpiresAt, TimeProvider.System.GetUtcNow())}");
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Returns the time of expiry in Tehran, and how far away it is.</summary>
    public static string Expiry(DateTimeOffset? expiresAt, DateTimeOffset now) => expiresAt is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"{at.InTehran():yyyy-MM-dd HH:mm:ss} Tehran, in {(at - now).TotalMinutes:0} minutes")
        : "unknown, because the token does not say";
}
