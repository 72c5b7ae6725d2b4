namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>A message that may have to wait until its position in the sequence is known.</summary>
/// <param name="Message">The message.</param>
/// <param name="At">When it was received, by a monotonic clock.</param>
/// <param name="Frame">Its bytes, for the sinks of the feed; empty if the feed has none. Valid until the receive ends, unless <paramref name="IsKept"/>.</param>
/// <param name="IsKept">Whether the bytes are a copy that stays valid.</param>
internal readonly record struct HeldMessage(MarketSnapshot Message, TimeSpan At, ReadOnlyMemory<byte> Frame = default, bool IsKept = false)
{
    private const int BytesPerMessage = 1024;

    /// <summary>For how many messages it counts where their number is bounded: a long one counts for several, because its bytes are kept.</summary>
    public int Weight => 1 + (Frame.Length / BytesPerMessage);

    /// <summary>The same with bytes that stay valid.</summary>
    public HeldMessage Keep() => IsKept || Frame.IsEmpty || !Message.Frame.IsEmpty ? this : this with { Frame = Frame.ToArray(), IsKept = true };
}
