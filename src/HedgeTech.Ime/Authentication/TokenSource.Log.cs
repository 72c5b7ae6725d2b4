using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

internal sealed partial class TokenSource
{
    [LoggerMessage(1010, LogLevel.Warning, "The token could not be renewed for now; the current one, which expires at {ExpiresAt}, serves until then.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, DateTimeOffset? expiresAt);
}
