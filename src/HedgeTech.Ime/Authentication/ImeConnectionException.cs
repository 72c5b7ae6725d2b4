namespace HedgeTech.Ime;

/// <summary>
/// The service could not be reached: at a login, while <c>MarketFeed.ConnectAsync</c> waited, or in <c>ReconnectOptions.MaxAttempts</c>
/// attempts in a row.
/// </summary>
public sealed class ImeConnectionException : ImeException
{
    internal ImeConnectionException(string message, int attempts, Exception? innerException)
        : base(message, isTransient: true, innerException) => Attempts = attempts;

    /// <summary>How many attempts were made since the connection was last proven.</summary>
    public int Attempts { get; }
}
