using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

internal sealed partial class Login
{
    // The user name is personal: it shows to those who debug, not to those who operate.
    [LoggerMessage(1000, LogLevel.Debug, "Logging in at {Place} as {Username}.")]
    private static partial void LogStarted(ILogger logger, string place, string username);

    [LoggerMessage(1001, LogLevel.Information, "Logged in at {Place}; the token expires at {ExpiresAt}.")]
    private static partial void LogGranted(ILogger logger, string place, DateTimeOffset? expiresAt);
}
