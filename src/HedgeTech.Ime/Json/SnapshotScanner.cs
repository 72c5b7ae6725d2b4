using System.Buffers;

namespace HedgeTech.Ime.Json;

/// <summary>
/// Reads a message as the service writes it, byte by byte: it looks first for the member that comes next in the documented order, and by name if another
/// has come. It takes any order, either spacing, unknown members and bare <c>NaN</c>. Whatever else it meets, it gives the message up, for
/// <see cref="SnapshotReader.TryReadAny"/> to read or to refuse; what it does take, that takes in the same way.
/// </summary>
/// <param name="json">The whole message, which must be valid UTF-8.</param>
/// <param name="timestampOffset">The offset of timestamps that carry none.</param>
/// <param name="contracts">The strings of the contracts.</param>
internal ref partial struct SnapshotScanner(ReadOnlySpan<byte> json, TimeSpan timestampOffset, ContractStrings contracts)
{
    /// <summary>How deep unknown members are followed; the reference reader goes deeper.</summary>
    private const int MaxDepth = 32;

    private static readonly SearchValues<byte> EndsText = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(static control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly TimeSpan _timestampOffset = timestampOffset;
    private readonly ContractStrings _contracts = contracts;
    private int _at;
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

    /// <summary>The byte at the cursor; at the end one that no JSON holds.</summary>
    private readonly byte Next => (uint)_at < (uint)_json.Length ? _json[_at] : (byte)0;

    /// <summary>Whether it has read the message; if not, the draft is of no use.</summary>
    internal bool TryRead(ref SnapshotDraft draft, ref ContractKey contract)
    {
        SkipSpace();
        if (!Take((byte)'{'))
        {
            return false;
        }

        Parts parts = Parts.None;
        do
        {
            SkipSpace();
            if (!ReadPart(ref parts, ref draft, ref contract))
            {
                return false;
            }

            SkipSpace();
        }
        while (Take((byte)','));

        if (!Take((byte)'}'))
        {
            return false;
        }

        SkipSpace();
        return _at == _json.Length && parts == Parts.All;
    }

    private bool ReadPart(ref Parts parts, ref SnapshotDraft draft, ref ContractKey contract)
    {
        if (Take(WireSchema.QuotedChannel))
        {
            return First(ref parts, Parts.Channel) && TakeColon() && Take(WireSchema.QuotedSnapshotChannel);
        }

        if (Take(WireSchema.QuotedContractName))
        {
            return First(ref parts, Parts.Contract) && TakeColon() && ReadContract(ContractKeyKind.Name, ref contract);
        }

        if (Take(WireSchema.QuotedContractId))
        {
            return First(ref parts, Parts.Contract) && TakeColon() && ReadContract(ContractKeyKind.Id, ref contract);
        }

        if (Take(WireSchema.Timestamp.Quoted))
        {
            return TakeColon() && ReadValue(WireSchema.Timestamp, ref draft);
        }

        if (Take(WireSchema.Data.Quoted))
        {
            return First(ref parts, Parts.Data) && TakeColon() && Next == '{' && ReadSection(WireSchema.Data, ref draft);
        }

        return TryTakeAnyName(out _) && TakeColon() && SkipValue(1);
    }

    private static bool First(ref Parts parts, Parts part)
    {
        bool isFirst = (parts & part) == 0;
        parts |= part;
        return isFirst;
    }

    private bool ReadContract(ContractKeyKind kind, ref ContractKey contract)
    {
        if (!TryTakeText(out ReadOnlySpan<byte> text, out bool isEscaped) || text.IsEmpty)
        {
            return false;
        }

        string? value = isEscaped ? _contracts.GetEscaped(text) : _contracts.Get(text);
        contract = new ContractKey(kind, value!);
        return value is not null;
    }

    /// <summary>Reads the section at the cursor; anything but an object leaves its fields unavailable.</summary>
    private bool ReadSection(WireSection section, ref SnapshotDraft draft)
    {
        if ((_seen & section.Fields) != 0)
        {
            return false;
        }

        if (!Take((byte)'{'))
        {
            // That its fields have been seen is not noted: were they to come again, nothing would have to be forgotten.
            return SkipValue(1);
        }

        SkipSpace();
        if (Take((byte)'}'))
        {
            return true;
        }

        int next = 0;
        do
        {
            SkipSpace();
            if (!(section.Sections.IsEmpty ? ReadMember(section.Members, ref next, ref draft) : ReadInner(section.Sections, ref next, ref draft)))
            {
                return false;
            }

            SkipSpace();
        }
        while (Take((byte)','));

        return Take((byte)'}');
    }

    private bool ReadInner(ReadOnlySpan<WireSection> sections, ref int next, ref SnapshotDraft draft)
    {
        WireSection? found = null;
        if ((uint)next < (uint)sections.Length && Take(sections[next].Quoted))
        {
            found = sections[next++];
        }
        else if (TryTakeAnyName(out ReadOnlySpan<byte> name))
        {
            for (int i = 0; i < sections.Length && found is null; i++)
            {
                if (name.SequenceEqual(sections[i].Name))
                {
                    (found, next) = (sections[i], i + 1);
                }
            }
        }
        else
        {
            return false;
        }

        return TakeColon() && (found is null ? SkipValue(1) : ReadSection(found, ref draft));
    }

    private bool ReadMember(ReadOnlySpan<WireMember> members, ref int next, ref SnapshotDraft draft)
    {
        WireMember? found = null;
        if ((uint)next < (uint)members.Length && Take(members[next].Quoted))
        {
            found = members[next++];
        }
        else if (TryTakeAnyName(out ReadOnlySpan<byte> name))
        {
            for (int i = 0; i < members.Length && found is null; i++)
            {
                if (name.SequenceEqual(members[i].Name))
                {
                    (found, next) = (members[i], i + 1);
                }
            }
        }
        else
        {
            return false;
        }

        return TakeColon() && (found is null ? SkipValue(1) : ReadValue(found, ref draft));
    }
}
