using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

internal sealed partial class Login
{
    // The user name is personal data, so it appears only in debug logs.
    [LoggerMessage(1000, LogLevel.Debug, "Logging in at {Place} as {Username}.")]
    private static partial void LogStarted(ILogger logger, string place, string username);

    [LoggerMessage(1001, LogLevel.Information, "Logged in at {Place}. The token expires at {ExpiresAt:yyyy-MM-ddTHH:mm:sszzz}.")]
    private static partial void LogGranted(ILogger logger, string place, DateTimeOffset? expiresAt);
}
