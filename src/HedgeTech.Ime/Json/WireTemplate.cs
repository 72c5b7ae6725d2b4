namespace HedgeTech.Ime.Json;

/// <summary>
/// The documented message as the service writes it: a list of steps, each the bytes before a value and the member that the value belongs to.
/// </summary>
/// <remarks>Built from <see cref="WireSchema"/>, so the names and their order are written down once.</remarks>
internal sealed class WireTemplate
{
    private static readonly WireTemplate[] Forms =
    [
        new(ContractKeyKind.Name, isSpaced: true),
        new(ContractKeyKind.Name, isSpaced: false),
        new(ContractKeyKind.Id, isSpaced: true),
        new(ContractKeyKind.Id, isSpaced: false),
    ];

    private readonly Step[] _steps;

    private WireTemplate(ContractKeyKind kind, bool isSpaced)
    {
        Kind = kind;
        List<Step> steps = [];
        List<byte> before = [];
        StartMember(WireSchema.Channel, isFirst: true);
        before.AddRange(WireSchema.QuotedSnapshotChannel);
        StartMember(kind == ContractKeyKind.Name ? WireSchema.ContractName : WireSchema.ContractId);
        EndValue(null);
        StartMember(WireSchema.Timestamp.Name);
        EndValue(WireSchema.Timestamp);
        StartMember(WireSchema.Data.Name);
        AddSection(WireSchema.Data);
        before.Add((byte)'}');
        Ending = new WireLiteral([.. before]);
        _steps = [.. steps];

        void StartMember(ReadOnlySpan<byte> name, bool isFirst = false)
        {
            before.Add(isFirst ? (byte)'{' : (byte)',');
            before.AddRange(isSpaced && !isFirst ? " \""u8 : "\""u8);
            before.AddRange(name);
            before.AddRange(isSpaced ? "\": "u8 : "\":"u8);
        }

        void EndValue(WireMember? member)
        {
            steps.Add(new Step(new WireLiteral([.. before]), member));
            before.Clear();
        }

        void AddSection(WireSection section)
        {
            bool isFirst = true;
            foreach (WireSection inner in section.Sections)
            {
                StartMember(inner.Name, isFirst);
                isFirst = false;
                AddSection(inner);
            }

            foreach (WireMember member in section.Members)
            {
                StartMember(member.Name, isFirst);
                isFirst = false;
                EndValue(member);
            }

            before.Add((byte)'}');
        }
    }

    /// <summary>One template for each form of the message: for either endpoint, with and without a space after commas and colons.</summary>
    internal static ReadOnlySpan<WireTemplate> All => Forms;

    /// <summary>Whether the message names its contract by name or by id.</summary>
    internal ContractKeyKind Kind { get; }

    /// <summary>The values in order.</summary>
    internal ReadOnlySpan<Step> Steps => _steps;

    /// <summary>Whether the message starts with the bytes before the first value.</summary>
    internal bool IsStartOf(ReadOnlySpan<byte> message) => _steps[0].Before.IsAt(message, 0);

    /// <summary>The bytes after the last value.</summary>
    internal readonly WireLiteral Ending;

    /// <summary>One value of the message. Has fields, as a property would copy the literal on each access.</summary>
    internal readonly struct Step(WireLiteral before, WireMember? member)
    {
        /// <summary>The bytes between the previous value, or the start of the message, and this value.</summary>
        internal readonly WireLiteral Before = before;

        /// <summary>The member that has the value; null for the name or id of the contract.</summary>
        internal readonly WireMember? Member = member;
    }
}
