namespace HedgeTech.Ime.Json;

/// <summary>A documented member that holds one value.</summary>
internal sealed class WireMember(ReadOnlySpan<byte> name, SnapshotFields field, WireType type)
{
    private readonly byte[] _name = name.ToArray();

    /// <summary>Its name on the wire, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Name => _name;

    /// <summary>The field of the snapshot that it sets: one bit.</summary>
    internal SnapshotFields Field { get; } = field;

    /// <summary>How its value is read and written.</summary>
    internal WireType Type { get; } = type;
}
