using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HedgeTech.Ime.Json;

/// <content>Objects: those that hold sections, and those that hold values.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>Reads the section at the cursor; anything but an object leaves its fields unavailable.</summary>
    private int ReadSection(int at, WireSection section, ref SnapshotDraft draft)
    {
        if ((_seen & section.Fields) != 0)
        {
            return GivenUp;
        }

        if (ByteAt(_json, at) != '{')
        {
            // That its fields have been seen is not noted: were they to come again, nothing would have to be forgotten.
            return PassValue(_json, at, 1);
        }

        at = PassSpace(_json, at + 1);
        if (ByteAt(_json, at) == '}')
        {
            return at + 1;
        }

        return section.Sections.IsEmpty ? ReadMembers(at, section.Members, ref draft) : ReadSections(at, section.Sections, ref draft);
    }

    private int ReadSections(int at, ReadOnlySpan<WireSection> sections, ref SnapshotDraft draft)
    {
        int next = 0;
        while (true)
        {
            at = ReadInner(at, sections, ref next, ref draft);
            if (at == GivenUp)
            {
                return GivenUp;
            }

            at = PassSpace(_json, at);
            byte end = ByteAt(_json, at++);
            if (end != ',')
            {
                return end == '}' ? at : GivenUp;
            }

            at = PassSpace(_json, at);
        }
    }

    private int ReadInner(int at, ReadOnlySpan<WireSection> sections, ref int next, ref SnapshotDraft draft)
    {
        if ((uint)next < (uint)sections.Length && sections[next].IsAt(_json, at))
        {
            WireSection section = sections[next++];
            return ReadSection(PassSpace(_json, at + section.NameLength), section, ref draft);
        }

        at = PassName(_json, at, out ReadOnlySpan<byte> name);
        if (at == GivenUp)
        {
            return GivenUp;
        }

        for (int i = 0; i < sections.Length; i++)
        {
            if (name.SequenceEqual(sections[i].Name))
            {
                next = i + 1;
                return ReadSection(at, sections[i], ref draft);
            }
        }

        return PassValue(_json, at, 1);
    }

    // The other hot loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadMembers(int at, ReadOnlySpan<WireMember> members, ref SnapshotDraft draft)
    {
        ReadOnlySpan<byte> json = _json;
        int next = 0;
        WireMember? before = null;
        while (true)
        {
            WireMember? member;
            if ((uint)next < (uint)members.Length && members[next].IsAt(json, at))
            {
                member = members[next];
                at += member.NameLength;
                if (ByteAt(json, at) == ' ')
                {
                    at++;
                }
            }
            else
            {
                at = FindMember(json, at, members, ref next, out member);
                if (at == GivenUp)
                {
                    return GivenUp;
                }

                if (before is not null && member is not null)
                {
                    _order[before.Place] = (byte)next;
                }
            }

            if (member is null)
            {
                at = PassValue(json, at, 1);
            }
            else
            {
                before = member;
                next = _order[member.Place];
                int end = PassNumber(json, at, out long magnitude, out int scale, out bool isNegative);
                if (end != GivenUp && (_seen & member.Field) == 0)
                {
                    _seen |= member.Field;
                    Set(member, magnitude, scale, isNegative, ref draft);
                    at = end;
                }
                else
                {
                    at = ReadValue(PassSpace(json, at), member, ref draft);
                }
            }

            if (at == GivenUp)
            {
                return GivenUp;
            }

            byte follows = ByteAt(json, at);
            if (follows <= ' ')
            {
                at = PassSpace(json, at);
                follows = ByteAt(json, at);
            }

            at++;
            if (follows != ',')
            {
                return follows == '}' ? at : GivenUp;
            }

            if (ByteAt(json, at) == ' ')
            {
                at++;
            }
        }
    }

    /// <summary>Which member of its section follows each, as long as no message has said otherwise: the documented one.</summary>
    internal static byte[] DocumentedOrder()
    {
        byte[] order = new byte[WireSchema.FieldCount];
        Follow(WireSchema.Data);
        return order;

        void Follow(WireSection section)
        {
            foreach (WireSection inner in section.Sections)
            {
                Follow(inner);
            }

            for (int i = 0; i < section.Members.Length; i++)
            {
                order[section.Members[i].Place] = (byte)(i + 1);
            }
        }
    }

    /// <summary>Looks for a member that is not the one that was expected, or not as it was; null if it is unknown.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // it would take the registers of the hot loop
    private static int FindMember(ReadOnlySpan<byte> json, int at, ReadOnlySpan<WireMember> members, ref int next, out WireMember? member)
    {
        at = PassSpace(json, at);
        Vector256<byte> text = json.Length - at < Vector256<byte>.Count ? default : Vector256.Create(json.Slice(at, Vector256<byte>.Count));
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Begins(text) || (text == default && members[i].IsAt(json, at)))
            {
                member = members[i];
                next = i;
                return PassSpace(json, at + member.NameLength);
            }
        }

        // None of them, unless there is something between name and colon, as this service never writes it.
        member = null;
        at = PassName(json, at, out ReadOnlySpan<byte> name);
        if (at == GivenUp)
        {
            return GivenUp;
        }

        foreach (WireMember known in members)
        {
            if (name.SequenceEqual(known.Name))
            {
                return GivenUp;
            }
        }

        return at;
    }
}
