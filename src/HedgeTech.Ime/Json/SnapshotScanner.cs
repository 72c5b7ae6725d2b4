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

    private static readonly WireName ChannelName = new(WireSchema.Channel);
    private static readonly WireName ContractNameName = new(WireSchema.ContractName);
    private static readonly WireName ContractIdName = new(WireSchema.ContractId);

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
        if (Take(ChannelName))
        {
            return First(ref parts, Parts.Channel) && Take(WireSchema.QuotedSnapshotChannel);
        }

        if (Take(ContractNameName))
        {
            return First(ref parts, Parts.Contract) && ReadContract(ContractKeyKind.Name, ref contract);
        }

        if (Take(ContractIdName))
        {
            return First(ref parts, Parts.Contract) && ReadContract(ContractKeyKind.Id, ref contract);
        }

        if (WireSchema.Timestamp.IsAt(_json, _at))
        {
            _at += WireSchema.Timestamp.NameLength;
            SkipSpace();
            return ReadValue(WireSchema.Timestamp, ref draft);
        }

        if (WireSchema.Data.IsAt(_json, _at))
        {
            _at += WireSchema.Data.NameLength;
            SkipSpace();
            return First(ref parts, Parts.Data) && Next == '{' && ReadSection(WireSchema.Data, ref draft);
        }

        // One that is none of these, unless there is something between name and colon, as this service never writes it.
        return TryTakeAnyName(out ReadOnlySpan<byte> name) && !IsKnown(name) && TakeColon() && SkipValue(1);
    }

    private static bool IsKnown(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(WireSchema.Channel)
        || name.SequenceEqual(WireSchema.ContractName)
        || name.SequenceEqual(WireSchema.ContractId)
        || name.SequenceEqual(WireSchema.Timestamp.Name)
        || name.SequenceEqual(WireSchema.Data.Name);

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

        return section.Sections.IsEmpty ? ReadMembers(section.Members, ref draft) : ReadSections(section.Sections, ref draft);
    }

    private bool ReadSections(ReadOnlySpan<WireSection> sections, ref SnapshotDraft draft)
    {
        int next = 0;
        do
        {
            SkipSpace();
            if (!ReadInner(sections, ref next, ref draft))
            {
                return false;
            }

            SkipSpace();
        }
        while (Take((byte)','));

        return Take((byte)'}');
    }

    // The hot loop: the cursor is a local, which stays in a register, and goes into the field only for what is not the usual.
    private bool ReadMembers(ReadOnlySpan<WireMember> members, ref SnapshotDraft draft)
    {
        ReadOnlySpan<byte> json = _json;
        int at = _at;
        int next = 0;
        while (true)
        {
            if ((uint)next < (uint)members.Length && members[next].IsAt(json, at))
            {
                WireMember member = members[next++];
                at += member.NameLength;
                at += (uint)at < (uint)json.Length && json[at] == ' ' ? 1 : 0;
                int end = ScanNumber(json, at, out long magnitude, out int scale);
                if (end > at && (_seen & member.Field) == 0)
                {
                    _seen |= member.Field;
                    Set(member, magnitude, scale, isNegative: json[at] == '-', ref draft);
                    at = end;
                }
                else
                {
                    _at = at;
                    if (!ReadValue(member, ref draft))
                    {
                        return false;
                    }

                    at = _at;
                }
            }
            else
            {
                _at = at;
                if (!ReadMember(members, ref next, ref draft))
                {
                    return false;
                }

                at = _at;
            }

            if ((uint)(at + 2) < (uint)json.Length && json[at] == ',')
            {
                at += json[at + 1] == ' ' ? 2 : 1;
                if (json[at] == '"')
                {
                    continue;
                }
            }
            else if ((uint)at < (uint)json.Length && json[at] == '}')
            {
                _at = at + 1;
                return true;
            }
            else
            {
                _at = at;
                SkipSpace();
                if (!Take((byte)','))
                {
                    return Take((byte)'}');
                }

                at = _at;
            }

            _at = at;
            SkipSpace();
            at = _at;
        }
    }

    private bool ReadInner(ReadOnlySpan<WireSection> sections, ref int next, ref SnapshotDraft draft)
    {
        if ((uint)next < (uint)sections.Length && sections[next].IsAt(_json, _at))
        {
            WireSection section = sections[next++];
            _at += section.NameLength;
            SkipSpace();
            return ReadSection(section, ref draft);
        }

        if (!TryTakeAnyName(out ReadOnlySpan<byte> name) || !TakeColon())
        {
            return false;
        }

        for (int i = 0; i < sections.Length; i++)
        {
            if (name.SequenceEqual(sections[i].Name))
            {
                next = i + 1;
                return ReadSection(sections[i], ref draft);
            }
        }

        return SkipValue(1);
    }

    /// <summary>Reads a member that is not the one that was expected, or not as it was.</summary>
    private bool ReadMember(ReadOnlySpan<WireMember> members, ref int next, ref SnapshotDraft draft)
    {
        if (!TryTakeAnyName(out ReadOnlySpan<byte> name) || !TakeColon())
        {
            return false;
        }

        for (int i = 0; i < members.Length; i++)
        {
            if (name.SequenceEqual(members[i].Name))
            {
                next = i + 1;
                return ReadValue(members[i], ref draft);
            }
        }

        return SkipValue(1);
    }
}
