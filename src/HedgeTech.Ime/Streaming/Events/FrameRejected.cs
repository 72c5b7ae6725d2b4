using System.Text.Json.Serialization;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>A received message is not a snapshot. The connection stays open and the stream continues.</summary>
/// <remarks>Two of these events are equal if their bytes and all other properties are.</remarks>
[JsonConverter(typeof(FeedEventJsonConverter<FrameRejected>))]
public sealed record FrameRejected : FeedEvent
{
    private readonly FrameBytes _frame;

    /// <summary>The message as it was received, or only its first bytes if it exceeds <see cref="ConnectionOptions.MaxMessageBytes"/>.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get => _frame.Memory;
        init => _frame = new FrameBytes(value);
    }

    /// <summary>Why the message is not a snapshot.</summary>
    public required string Reason { get; init; }

    /// <summary>The byte offset of the error from the start of the message.</summary>
    public long ByteOffset { get; init; }

    /// <summary>One line: the length of the message, the reason and the byte offset.</summary>
    public override string ToString() => FormattableString.Invariant($"message of {Frame.Length} bytes rejected: {Reason} (at byte {ByteOffset})");
}
