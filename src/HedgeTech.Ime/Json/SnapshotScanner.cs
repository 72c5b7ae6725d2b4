using System.Buffers;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <summary>
/// Reads a message as the service writes it, byte by byte: it looks first for the member that came next in the message before, or else does in the
/// documented order, and by name if another has come. It takes any order, either spacing, unknown members and bare <c>NaN</c>. Whatever else it meets, it gives the message up, for
/// <see cref="SnapshotReader.TryReadAny"/> to read or to refuse; what it does take, that takes in the same way.
/// </summary>
/// <remarks>
/// The cursor is a parameter and the result of each method, <see cref="GivenUp"/> included, and no field: so it stays in a register.
/// </remarks>
/// <param name="json">The whole message, which must be valid UTF-8.</param>
/// <param name="timestampOffset">The offset of timestamps that carry none.</param>
/// <param name="contracts">The strings of the contracts.</param>
/// <param name="order">Which member of its section follows each, learnt from one message for the next.</param>
internal ref partial struct SnapshotScanner(ReadOnlySpan<byte> json, TimeSpan timestampOffset, ContractStrings contracts, byte[] order)
{
    /// <summary>In place of a cursor: the message is left to the other reader.</summary>
    private const int GivenUp = -1;

    /// <summary>How deep unknown members are followed; the reference reader goes deeper.</summary>
    private const int MaxDepth = 32;

    private static readonly SearchValues<byte> EndsText = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(static control => (byte)control)]);

    private static readonly WireName ChannelName = new(WireSchema.Channel);
    private static readonly WireName ContractNameName = new(WireSchema.ContractName);
    private static readonly WireName ContractIdName = new(WireSchema.ContractId);

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly TimeSpan _timestampOffset = timestampOffset;
    private readonly ContractStrings _contracts = contracts;
    private readonly byte[] _order = order;
    private Parts _parts;
    private SnapshotFields _seen;

    [Flags]
    private enum Parts
    {
        None = 0,
        Channel = 1,
        Contract = 2,
        Data = 4,
        All = Channel | Contract | Data,
    }

    /// <summary>Whether it has read the message; if not, the draft is of no use.</summary>
    internal bool TryRead(ref SnapshotDraft draft, ref ContractKey contract)
    {
        int at = PassSpace(_json, 0);
        if (ByteAt(_json, at) != '{')
        {
            return false;
        }

        do
        {
            at = ReadPart(PassSpace(_json, at + 1), ref draft, ref contract);
            if (at == GivenUp)
            {
                return false;
            }

            at = PassSpace(_json, at);
        }
        while (ByteAt(_json, at) == ',');

        return ByteAt(_json, at) == '}' && PassSpace(_json, at + 1) == _json.Length && _parts == Parts.All;
    }

    /// <summary>Whether the message is as the template says, but for its values, and has been read; if not, the draft is of no use.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryRead(WireTemplate template, ref SnapshotDraft draft, ref ContractKey contract)
    {
        ReadOnlySpan<byte> json = _json;
        int at = 0;
        foreach (ref readonly WireTemplate.Step step in template.Steps)
        {
            if (!step.Before.IsAt(json, at))
            {
                return false;
            }

            at += step.Before.Length;
            WireMember? member = step.Member;
            if (member is null)
            {
                at = ReadContract(at, template.Kind, ref contract);
            }
            else
            {
                int end = PassNumber(json, at, out long magnitude, out int scale, out bool isNegative);
                if (end == GivenUp)
                {
                    end = ReadValue(at, member, ref draft);
                }
                else
                {
                    Set(member, magnitude, scale, isNegative, ref draft);
                }

                at = end;
            }

            if (at == GivenUp)
            {
                return false;
            }
        }

        return template.Ending.IsAt(json, at) && at + template.Ending.Length == json.Length;
    }

    private int ReadPart(int at, ref SnapshotDraft draft, ref ContractKey contract)
    {
        ReadOnlySpan<byte> json = _json;
        if (ChannelName.IsAt(json, at))
        {
            return IsFirst(Parts.Channel) ? Pass(json, PassSpace(json, at + ChannelName.Length), WireSchema.QuotedSnapshotChannel) : GivenUp;
        }

        if (ContractNameName.IsAt(json, at))
        {
            return IsFirst(Parts.Contract) ? ReadContract(PassSpace(json, at + ContractNameName.Length), ContractKeyKind.Name, ref contract) : GivenUp;
        }

        if (WireSchema.Timestamp.IsAt(json, at))
        {
            return ReadValue(PassSpace(json, at + WireSchema.Timestamp.NameLength), WireSchema.Timestamp, ref draft);
        }

        if (WireSchema.Data.IsAt(json, at))
        {
            at = PassSpace(json, at + WireSchema.Data.NameLength);
            return IsFirst(Parts.Data) && ByteAt(json, at) == '{' ? ReadSection(at, WireSchema.Data, ref draft) : GivenUp;
        }

        if (ContractIdName.IsAt(json, at))
        {
            return IsFirst(Parts.Contract) ? ReadContract(PassSpace(json, at + ContractIdName.Length), ContractKeyKind.Id, ref contract) : GivenUp;
        }

        // One that is none of these, unless there is something between name and colon, as this service never writes it.
        at = PassName(json, at, out ReadOnlySpan<byte> name);
        return at == GivenUp || IsKnown(name) ? GivenUp : PassValue(json, at, 1);
    }

    private static bool IsKnown(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(WireSchema.Channel)
        || name.SequenceEqual(WireSchema.ContractName)
        || name.SequenceEqual(WireSchema.ContractId)
        || name.SequenceEqual(WireSchema.Timestamp.Name)
        || name.SequenceEqual(WireSchema.Data.Name);

    private bool IsFirst(Parts part)
    {
        bool isFirst = (_parts & part) == 0;
        _parts |= part;
        return isFirst;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // it would take the registers of the hot loop
    private int ReadContract(int at, ContractKeyKind kind, ref ContractKey contract)
    {
        at = PassText(_json, at, out ReadOnlySpan<byte> text, out bool isEscaped);
        if (at == GivenUp || text.IsEmpty)
        {
            return GivenUp;
        }

        string? value = _contracts.Get(text, isEscaped);
        contract = new ContractKey(kind, value!);
        return value is null ? GivenUp : at;
    }
}
