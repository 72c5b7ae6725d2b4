namespace HedgeTech.Ime;

/// <summary>A message came that is no snapshot. It costs nothing but itself: the connection stays.</summary>
public sealed record FrameRejected : FeedEvent
{
    /// <summary>The message as it was received; only its first bytes where it exceeded <see cref="ConnectionOptions.MaxMessageBytes"/>.</summary>
    public ReadOnlyMemory<byte> Frame { get; init; }

    /// <summary>Why it is no snapshot.</summary>
    public required string Reason { get; init; }

    /// <summary>Where in the message, in bytes from its begin.</summary>
    public long ByteOffset { get; init; }

    /// <summary>One line: why, and where.</summary>
    public override string ToString() => FormattableString.Invariant($"message of {Frame.Length} bytes rejected: {Reason} (at byte {ByteOffset})");
}
