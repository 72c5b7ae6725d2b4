namespace HedgeTech.Ime.AspNetCore;

/// <summary>Options of <see cref="ImeBoardEndpoints.MapImeBoard"/>.</summary>
public sealed class ImeBoardOptions
{
    /// <summary>How often browsers get the changes, at most. A change waits for as long as that.</summary>
    /// <value>250 ms by default; from 10 ms to 1 minute.</value>
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often browsers get a message although nothing has changed, so that they and the proxies between know that the stream is alive.</summary>
    /// <value>5 s by default; from <see cref="UpdateInterval"/> to 1 hour.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>One line: the intervals.</summary>
    public override string ToString() => $"changes every {UpdateInterval}, a heartbeat after {HeartbeatInterval}";

    internal ImeBoardOptions CopyAndValidate()
    {
        ThrowIfOutside(UpdateInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), nameof(UpdateInterval));
        ThrowIfOutside(HeartbeatInterval, UpdateInterval, TimeSpan.FromHours(1), nameof(HeartbeatInterval));
        return (ImeBoardOptions)MemberwiseClone();
    }

    private static void ThrowIfOutside(TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{nameof(ImeBoardOptions)}.{name} is {value}, but must be from {least} to {most}.");
        }
    }
}
