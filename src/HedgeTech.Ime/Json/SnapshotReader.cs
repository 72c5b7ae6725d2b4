using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <summary>Reads messages into snapshots: a fast reader takes the usual message, a thorough one takes any other or says what is wrong with it.</summary>
/// <remarks>
/// Allocates the snapshot only, as long as the contracts are those given to the constructor or a limited number of others.
/// Not thread-safe, as it holds buffers: use one for each connection.
/// </remarks>
internal sealed class SnapshotReader
{
    private readonly TemplateReader _fast;
    private readonly ThoroughReader _thorough;

    /// <param name="timestampOffset">The offset of timestamps that have none.</param>
    /// <param name="contracts">The contracts that messages are expected for; snapshots share their strings.</param>
    internal SnapshotReader(TimeSpan timestampOffset, IEnumerable<ContractKey> contracts)
    {
        ContractStrings strings = new(contracts);
        _fast = new TemplateReader(timestampOffset, strings);
        _thorough = new ThoroughReader(timestampOffset, strings);
    }

    /// <summary>Reads one message. Never throws, whatever its bytes are.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="receivedAt">Copied into the snapshot.</param>
    /// <param name="frame">Copied into the snapshot.</param>
    /// <param name="snapshot">The snapshot, if the message is one.</param>
    /// <param name="error">Otherwise, why it is not.</param>
    internal bool TryRead(
        ReadOnlySpan<byte> message,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        out FormatError error)
    {
        error = default;
        return TryReadFast(message, receivedAt, frame, out snapshot) || TryReadThoroughly(message, receivedAt, frame, out snapshot, out error);
    }

    /// <summary>Reads a message in the documented form; false for any other, which may still be a valid snapshot.</summary>
    internal bool TryReadFast(ReadOnlySpan<byte> message, DateTimeOffset receivedAt, ReadOnlyMemory<byte> frame, [NotNullWhen(true)] out MarketSnapshot? snapshot)
    {
        SnapshotBuilder builder = default;
        ContractKey contract = default;
        bool isRead = _fast.TryRead(message, ref builder, ref contract);
        snapshot = isRead ? builder.ToSnapshot(contract, receivedAt, frame) : null;
        return isRead;
    }

    /// <summary>Reads any message. Decides what is a snapshot and what is not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // inlined, it would add its locals to the fast case
    internal bool TryReadThoroughly(
        ReadOnlySpan<byte> message,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        out FormatError error)
    {
        SnapshotBuilder builder = default;
        ContractKey contract = default;
        FormatError? found = _thorough.Read(message, ref builder, ref contract);
        error = found.GetValueOrDefault();
        snapshot = found is null ? builder.ToSnapshot(contract, receivedAt, frame) : null;
        return snapshot is not null;
    }
}
