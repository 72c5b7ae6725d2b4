using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting;

/// <content>The log.</content>
public sealed partial class MarketBoard
{
    [LoggerMessage(2100, LogLevel.Warning, "The feed brings contracts that were not asked for, such as {Contract}; they are left off the board.")]
    private static partial void LogStranger(ILogger logger, string contract);

    [LoggerMessage(2101, LogLevel.Error, "A function given to MarketBoard.OnChange failed for {Contract}; it is called for further changes all the same.")]
    private static partial void LogCallbackFailed(ILogger logger, Exception failure, string contract);
}
