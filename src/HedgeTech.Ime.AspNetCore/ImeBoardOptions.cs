namespace HedgeTech.Ime.AspNetCore;

/// <summary>Options of <see cref="ImeBoardEndpoints.MapImeBoard"/>, which copies and checks them.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ImeBoardOptions
{
    /// <summary>The shortest time between two updates that a browser gets. A change waits no longer than this.</summary>
    /// <value>250 ms by default; from 10 ms to 1 minute.</value>
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a browser gets an event although nothing has changed, so that it and the proxies in between know that the stream is alive.</summary>
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
