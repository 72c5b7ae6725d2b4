namespace HedgeTech.Ime;

/// <summary>How a feed comes back after a connection is lost or refused.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
public sealed class ReconnectOptions
{
    /// <summary>About how long to wait before the first new attempt; the wait then grows exponentially, with jitter.</summary>
    /// <value>Default: 250 milliseconds.</value>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts (a <c>Retry-After</c> of the server may be longer).</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection must live to count as healthy if it brings no message.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan HealthyAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how many attempts in a row without success the feed ends with <see cref="ImeConnectionException"/>.</summary>
    /// <value>Default: null, it never gives up.</value>
    public int? MaxAttempts { get; set; }
}
