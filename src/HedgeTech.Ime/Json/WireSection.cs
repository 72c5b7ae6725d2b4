namespace HedgeTech.Ime.Json;

/// <summary>A documented member that holds an object: either values or further sections, in the documented order.</summary>
internal sealed class WireSection
{
    private readonly byte[] _name;
    private readonly WireMember[] _members;
    private readonly WireSection[] _sections;

    internal WireSection(ReadOnlySpan<byte> name, params WireMember[] members)
        : this(name, members, [])
    {
    }

    internal WireSection(ReadOnlySpan<byte> name, params WireSection[] sections)
        : this(name, [], sections)
    {
    }

    private WireSection(ReadOnlySpan<byte> name, WireMember[] members, WireSection[] sections)
    {
        _name = name.ToArray();
        _members = members;
        _sections = sections;
        Fields = members.Aggregate(SnapshotFields.None, static (fields, member) => fields | member.Field)
            | sections.Aggregate(SnapshotFields.None, static (fields, section) => fields | section.Fields);
    }

    /// <summary>Its name on the wire, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Name => _name;

    /// <summary>The members that hold a value.</summary>
    internal ReadOnlySpan<WireMember> Members => _members;

    /// <summary>The members that hold a section.</summary>
    internal ReadOnlySpan<WireSection> Sections => _sections;

    /// <summary>Every field of the snapshot that the section sets, inner sections included.</summary>
    internal SnapshotFields Fields { get; }

    /// <summary>The fields among <see cref="Fields"/> that have this type.</summary>
    internal SnapshotFields FieldsOf(WireType type) =>
        _members.Where(member => member.Type == type).Aggregate(SnapshotFields.None, static (fields, member) => fields | member.Field)
        | _sections.Aggregate(SnapshotFields.None, (fields, section) => fields | section.FieldsOf(type));

    /// <summary>The member that has this name and holds a value, or null.</summary>
    internal WireMember? FindMember(ReadOnlySpan<byte> name)
    {
        foreach (WireMember member in _members)
        {
            if (name.SequenceEqual(member.Name))
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>The section that has this name, or null.</summary>
    internal WireSection? FindSection(ReadOnlySpan<byte> name)
    {
        foreach (WireSection section in _sections)
        {
            if (name.SequenceEqual(section.Name))
            {
                return section;
            }
        }

        return null;
    }
}
