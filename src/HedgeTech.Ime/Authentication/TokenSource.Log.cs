using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

internal sealed partial class TokenSource
{
    [LoggerMessage(1010, LogLevel.Warning, "Renewing the token failed. The current token, which expires at {ExpiresAt:yyyy-MM-ddTHH:mm:sszzz}, stays in use.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, DateTimeOffset? expiresAt);

    [LoggerMessage(1011, LogLevel.Warning, "A callback that the credentials function registered on its cancellation token threw an exception.")]
    private static partial void LogCancellationFailed(ILogger logger, Exception failure);
}
