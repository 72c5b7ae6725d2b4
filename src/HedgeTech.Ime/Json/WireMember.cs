namespace HedgeTech.Ime.Json;

/// <summary>A documented member that holds one value.</summary>
internal sealed class WireMember(ReadOnlySpan<byte> name, SnapshotFields field, WireType type)
{
    private readonly byte[] _quoted = [(byte)'"', .. name, (byte)'"'];

    /// <summary>Its name on the wire, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Name => _quoted.AsSpan(1, _quoted.Length - 2);

    /// <summary>The name in its quotes.</summary>
    internal ReadOnlySpan<byte> Quoted => _quoted;

    /// <summary>The field of the snapshot that it fills: one bit.</summary>
    internal SnapshotFields Field { get; } = field;

    /// <summary>How its value is read.</summary>
    internal WireType Type { get; } = type;
}
