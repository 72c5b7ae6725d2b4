namespace HedgeTech.Ime.Json;

/// <summary>A documented member that holds an object: of values, or of sections, in the documented order.</summary>
internal sealed class WireSection
{
    private readonly WireName _name;
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
        _name = new WireName(name);
        _members = members;
        _sections = sections;
        Fields = members.Aggregate(SnapshotFields.None, static (fields, member) => fields | member.Field)
            | sections.Aggregate(SnapshotFields.None, static (fields, section) => fields | section.Fields);
    }

    /// <summary>Its name on the wire, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Name => _name.Text;

    /// <summary>The bytes that its name, quotes and colon take.</summary>
    internal int NameLength => _name.Length;

    /// <summary>Whether its name stands there, with quotes and colon.</summary>
    internal bool IsAt(ReadOnlySpan<byte> json, int at) => _name.IsAt(json, at);

    /// <summary>The values in it.</summary>
    internal ReadOnlySpan<WireMember> Members => _members;

    /// <summary>The sections in it.</summary>
    internal ReadOnlySpan<WireSection> Sections => _sections;

    /// <summary>Every field of the snapshot that it or a section in it fills.</summary>
    internal SnapshotFields Fields { get; }

    /// <summary>Those of <see cref="Fields"/> whose values are of a type.</summary>
    internal SnapshotFields FieldsOf(WireType type) =>
        _members.Where(member => member.Type == type).Aggregate(SnapshotFields.None, static (fields, member) => fields | member.Field)
        | _sections.Aggregate(SnapshotFields.None, (fields, section) => fields | section.FieldsOf(type));

    /// <summary>The value of that name, or null.</summary>
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

    /// <summary>The section of that name, or null.</summary>
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
