using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Settings;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>The URL of a webhook. Its path or query is often a secret, so no message shows more of it than the host.</summary>
internal static partial class WebhookAddress
{
    /// <summary>Returns what is wrong with the URL of an argument, in a sentence; null if nothing is.</summary>
    public static string? ProblemWith(string argument) =>
        TryParse(argument) is not { } address ? $"--webhook {Rule}"
        : HasSecret(address)
            ? "--webhook must not contain a secret, such as the token of a Telegram bot, the path of a Slack webhook, or any value in the query, because other users of the machine can read arguments. Set IME_WEBHOOK, or webhook in the credentials file."
            : null;

    /// <summary>Returns the URL of the argument, of <c>IME_WEBHOOK</c> or of the credentials file; null if there is none.</summary>
    /// <param name="argument">The argument; null if there is none.</param>
    /// <param name="credentialsFile">The argument that names the credentials file; null if there is none.</param>
    /// <exception cref="ToolException">It is not a URL that can be used, or the credentials file cannot be read.</exception>
    public static Uri? Find(string? argument, string? credentialsFile)
    {
        if ((argument ?? Credentials.FindWebhook(credentialsFile)) is not { } text)
        {
            return null;
        }

        string source = argument is not null ? "--webhook" : "The webhook of IME_WEBHOOK or the credentials file";
        Uri address = TryParse(text) ?? throw new ToolException(ExitCode.Usage, $"{source} {Rule}");
        return address.UserInfo.Length == 0 ? address : throw new ToolException(ExitCode.Usage, $"{source} must not contain a user name or a password: the tool does not send them.");
    }

    private const string Rule = "must be a URL: https, or http for this machine only.";

    private static Uri? TryParse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)) ? address : null;

    /// <summary>Whether other users of the machine could read a secret in the URL. Any value in a query may be one, whatever its name.</summary>
    private static bool HasSecret(Uri address) =>
        address.UserInfo.Length > 0 || address.Query.Length > 0 || KnownSecret().IsMatch($"{address.IdnHost}{address.AbsolutePath}") || RandomText().IsMatch(address.AbsolutePath);

    /// <summary>Telegram and messengers with its interface, and services whose paths are secrets.</summary>
    [GeneratedRegex("/bot[0-9]+(:|%3A)|(^|\\.)hooks\\.(slack|zapier)\\.com/.+/.|(^|\\.)discord(app)?\\.com/.*webhooks/[0-9]+/.", RegexOptions.IgnoreCase)]
    private static partial Regex KnownSecret();

    /// <summary>Twelve or more letters and digits in a row, with both among them: other services make their secrets so.</summary>
    [GeneratedRegex("(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12,}")]
    private static partial Regex RandomText();
}
