using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Board;

internal sealed partial class BoardWatch
{
    [LoggerMessage(2101, LogLevel.Error, "A callback given to MarketBoard.OnChange failed for {Contract}. It is still called for later changes.")]
    private static partial void LogCallbackFailed(ILogger logger, Exception failure, string contract);
}
