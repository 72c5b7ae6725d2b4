using System.Text.Json;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>User name and password, or a token. They come from the environment, a file or the terminal, but never from an argument, which other users of the machine can read.</summary>
internal sealed class Credentials
{
    private static readonly string[] Members = ["username", "password", "accessToken", "redisUsername", "redisPassword", "webhook"];

    public string? Username { get; private init; }

    public string? Password { get; private init; }

    public string? AccessToken { get; private init; }

    private string? RedisUsername { get; init; }

    private string? RedisPassword { get; init; }

    private string? Webhook { get; init; }

    private bool HasAccount => AccessToken is not null || Username is not null || Password is not null;

    /// <summary>Returns the first credentials found in: the file named by the argument; <c>IME_ACCESS_TOKEN</c>; <c>IME_USERNAME</c> and <c>IME_PASSWORD</c>; another file; the user's input.</summary>
    /// <exception cref="ToolException">There are none, or other users can read the file.</exception>
    public static async Task<Credentials> FindAsync(string? argument, IAnsiConsole terminal, CancellationToken cancellationToken)
    {
        Credentials? file = argument is null ? null : Find(argument);
        if (file is { HasAccount: true })
        {
            return file;
        }

        if ((FromEnvironment() ?? file ?? Find(null)) is { } given)
        {
            return given;
        }

        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            throw new ToolException(
                ExitCode.Credentials,
                "There are no credentials. Set IME_USERNAME and IME_PASSWORD, or IME_ACCESS_TOKEN, or name a file with --credentials. There is no terminal to ask for them.");
        }

        return new Credentials
        {
            Username = ServiceSettings.Variable("IME_USERNAME") ?? await terminal.PromptAsync(new TextPrompt<string>("User name:"), cancellationToken),
            Password = await terminal.PromptAsync(new TextPrompt<string>("Password:").Secret(null), cancellationToken),
        };
    }

    /// <summary>Returns user name and password of Redis, from the file named by the argument, <c>IME_REDIS_USERNAME</c> and <c>IME_REDIS_PASSWORD</c>, or another file; null for what is nowhere.</summary>
    /// <exception cref="ToolException">Other users can read the file, or it is not one of credentials.</exception>
    public static (string? Username, string? Password) FindRedis(string? argument)
    {
        (string? user, string? password) = (ServiceSettings.Variable("IME_REDIS_USERNAME"), ServiceSettings.Variable("IME_REDIS_PASSWORD"));
        if (argument is not null)
        {
            Credentials? named = Find(argument);
            return (named?.RedisUsername ?? user, named?.RedisPassword ?? password);
        }

        return password is not null || Find(null) is not { } file ? (user, password) : (user ?? file.RedisUsername, file.RedisPassword);
    }

    /// <summary>Returns the URL of the webhook for alerts, from the file named by the argument, <c>IME_WEBHOOK</c>, or another file; null if it is nowhere.</summary>
    /// <exception cref="ToolException">Other users can read the file, or it is not one of credentials.</exception>
    public static string? FindWebhook(string? argument) =>
        (argument is null ? null : Find(argument)?.Webhook) ?? ServiceSettings.Variable("IME_WEBHOOK") ?? (argument is null ? Find(null)?.Webhook : null);

    /// <summary>Reads the file named by the argument, otherwise the one of the user; null if there is none.</summary>
    private static Credentials? Find(string? argument) => UserFolder.Find(argument, "IME_CREDENTIALS", "credentials.json") is { } path ? FromFile(path) : null;

    private static Credentials? FromEnvironment()
    {
        if (ServiceSettings.Variable("IME_ACCESS_TOKEN") is { } token)
        {
            return new Credentials { AccessToken = token };
        }

        return ServiceSettings.Variable("IME_USERNAME") is { } user && ServiceSettings.Variable("IME_PASSWORD") is { } password
            ? new Credentials { Username = user, Password = password }
            : null;
    }

    private static Credentials FromFile(string path)
    {
        try
        {
            // The same open file for the check and the read, so that the checked file is the one that is read, even if the path changes meanwhile.
            using FileStream stream = File.OpenRead(path);
            if (!OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(stream.SafeFileHandle) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != UnixFileMode.None)
            {
                throw new ToolException(ExitCode.Credentials, $"{path} can be read by users other than its owner, so it is not used. Fix this with: chmod 600 {Quoted(path)}");
            }

            using JsonDocument file = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            foreach (JsonProperty member in file.RootElement.EnumerateObject())
            {
                if (!Members.Contains(member.Name, StringComparer.Ordinal))
                {
                    throw new ToolException(ExitCode.Credentials, $"{path} has the key '{CellText.Printable(member.Name)}', which is not allowed there.{Suggestion.For(member.Name, Members)} The keys are {string.Join(", ", Members)}.");
                }
            }

            return new Credentials { Username = Member("username"), Password = Member("password"), AccessToken = Member("accessToken"), RedisUsername = Member("redisUsername"), RedisPassword = Member("redisPassword"), Webhook = Member("webhook") };

            string? Member(string name) => file.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // The parser's message may quote what it found, which may be the password.
            throw new ToolException(ExitCode.Credentials, $"{path} cannot be read as credentials. It must be JSON such as {{\"username\": \"…\", \"password\": \"…\"}}.");
        }
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
