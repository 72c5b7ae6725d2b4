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

    private bool IsComplete => AccessToken is not null || (Username is not null && Password is not null);

    /// <summary>Returns the first credentials found in: the file named by the argument; <c>IME_ACCESS_TOKEN</c>; <c>IME_USERNAME</c> and <c>IME_PASSWORD</c>; another file. Asks the user for what is missing.</summary>
    /// <exception cref="ToolException">Something is missing and there is no terminal, or other users can read the file, or a named one does not exist.</exception>
    public static async Task<Credentials> FindAsync(string? argument, IAnsiConsole terminal, CancellationToken cancellationToken)
    {
        Credentials found = Find(argument, static file => file.HasAccount ? file : null, AccountOfVariables)
            ?? new Credentials { Username = ServiceSettings.Variable("IME_USERNAME"), Password = ServiceSettings.Variable("IME_PASSWORD") };
        if (found.IsComplete)
        {
            return found;
        }

        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            string problem = found switch { { Username: not null } => "There is a user name, but no password beside it", { Password: not null } => "There is a password, but no user name beside it", _ => "There are no credentials" };
            throw new ToolException(
                ExitCode.Credentials,
                $"{problem}. Set both IME_USERNAME and IME_PASSWORD, or IME_ACCESS_TOKEN, or name a file with --credentials that has both. There is no terminal to ask for them.");
        }

        return new Credentials
        {
            Username = found.Username ?? await terminal.PromptAsync(new TextPrompt<string>("User name:"), cancellationToken),
            Password = found.Password ?? await terminal.PromptAsync(new TextPrompt<string>("Password:").Secret(null), cancellationToken),
        };
    }

    /// <summary>Returns user name and password of Redis, both from one source: the file named by the argument, <c>IME_REDIS_USERNAME</c> and <c>IME_REDIS_PASSWORD</c>, or another file; null for what is not there.</summary>
    /// <exception cref="ToolException">Other users can read the file, or it is not one of credentials, or a named one does not exist.</exception>
    public static (string? Username, string? Password) FindRedis(string? argument)
    {
        Credentials? found = Find(argument, OfRedis, static () => OfRedis(new Credentials { RedisUsername = ServiceSettings.Variable("IME_REDIS_USERNAME"), RedisPassword = ServiceSettings.Variable("IME_REDIS_PASSWORD") }));
        return (found?.RedisUsername, found?.RedisPassword);

        static Credentials? OfRedis(Credentials source) => source.RedisUsername is null && source.RedisPassword is null ? null : source;
    }

    /// <summary>Returns the URL of the webhook for alerts, from the file named by the argument, <c>IME_WEBHOOK</c>, or another file; null if it is nowhere.</summary>
    /// <exception cref="ToolException">Other users can read the file, or it is not one of credentials, or a named one does not exist.</exception>
    public static string? FindWebhook(string? argument) => Find(argument, static file => file.Webhook, static () => ServiceSettings.Variable("IME_WEBHOOK"));

    /// <summary>Returns the first that is found in: the file named by the argument; the variables; the file named by <c>IME_CREDENTIALS</c>, or that of the user. A named file must exist, even if what it contains is not needed.</summary>
    private static T? Find<T>(string? argument, Func<Credentials, T?> ofFile, Func<T?> ofVariables)
        where T : class
    {
        string? path = UserFolder.Find(argument, "IME_CREDENTIALS", "credentials.json");
        return argument is null ? ofVariables() ?? OfFile() : OfFile() ?? ofVariables();

        T? OfFile() => path is null ? null : ofFile(FromFile(path));
    }

    private static Credentials? AccountOfVariables()
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
