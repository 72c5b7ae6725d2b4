using System.Text.Json.Serialization;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>A message came that is no snapshot. It costs nothing but itself: the connection stays.</summary>
/// <remarks>Two are equal if their bytes and the rest are.</remarks>
[JsonConverter(typeof(FeedEventJsonConverter<FrameRejected>))]
public sealed record FrameRejected : FeedEvent
{
    private readonly FrameBytes _frame;

    /// <summary>The message as it was received; only its first bytes where it exceeded <see cref="ConnectionOptions.MaxMessageBytes"/>.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get => _frame.Memory;
        init => _frame = new FrameBytes(value);
    }

    /// <summary>Why it is no snapshot.</summary>
    public required string Reason { get; init; }

    /// <summary>Where in the message, in bytes from its begin.</summary>
    public long ByteOffset { get; init; }

    /// <summary>One line: why, and where.</summary>
    public override string ToString() => FormattableString.Invariant($"message of {Frame.Length} bytes rejected: {Reason} (at byte {ByteOffset})");
}
