using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Board;

internal sealed partial class BoardFeed
{
    [LoggerMessage(2100, LogLevel.Warning, "The feed delivers contracts that were not requested, such as {Contract}. The board ignores them.")]
    private static partial void LogUnrequested(ILogger logger, string contract);
}
