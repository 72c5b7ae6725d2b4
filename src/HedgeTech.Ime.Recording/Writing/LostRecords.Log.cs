using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Writing;

internal sealed partial class LostRecords
{
    [LoggerMessage(2204, LogLevel.Error, "The disk was slower than the market, or could not be written to: {Lost} snapshots and events are lost. The recording says where. Further losses are reported after ten seconds.")]
    private static partial void LogLost(ILogger logger, long lost);
}
