namespace HedgeTech.Ime.Streaming;

/// <summary>One accepted connection that carries the contracts of a shard.</summary>
internal sealed class Line(Shard shard, AccessToken token)
{
    public Shard Shard { get; } = shard;

    public AccessToken Token { get; } = token;

    /// <summary>Whether it has brought a snapshot, or has lived for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
    public bool IsProven { get; set; }
}
