namespace HedgeTech.Ime.Market;

/// <summary>The bytes of a message, compared by value, so that a record that contains them is too.</summary>
internal readonly struct FrameBytes(ReadOnlyMemory<byte> memory) : IEquatable<FrameBytes>
{
    public ReadOnlyMemory<byte> Memory { get; } = memory;

    public bool Equals(FrameBytes other) => Memory.Span.SequenceEqual(other.Memory.Span);

    public override bool Equals(object? obj) => obj is FrameBytes other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Memory.Span);
        return hash.ToHashCode();
    }
}
