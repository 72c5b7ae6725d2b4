namespace HedgeTech.Ime.Json;

/// <summary>
/// The documented message in its documented order, as the service spells it: what stands before each value, and which value that is. Made of
/// <see cref="WireSchema"/>, so that it knows nothing of its own.
/// </summary>
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
        Begin(WireSchema.Channel, isFirst: true);
        before.AddRange(WireSchema.QuotedSnapshotChannel);
        Begin(kind == ContractKeyKind.Name ? WireSchema.ContractName : WireSchema.ContractId);
        End(null);
        Begin(WireSchema.Timestamp.Name);
        End(WireSchema.Timestamp);
        Begin(WireSchema.Data.Name);
        AddSection(WireSchema.Data);
        before.Add((byte)'}');
        Ending = new WireLiteral([.. before]);
        _steps = [.. steps];

        void Begin(ReadOnlySpan<byte> name, bool isFirst = false)
        {
            before.Add(isFirst ? (byte)'{' : (byte)',');
            before.AddRange(isSpaced && !isFirst ? " \""u8 : "\""u8);
            before.AddRange(name);
            before.AddRange(isSpaced ? "\": "u8 : "\":"u8);
        }

        void End(WireMember? member)
        {
            steps.Add(new Step(new WireLiteral([.. before]), member));
            before.Clear();
        }

        void AddSection(WireSection section)
        {
            bool isFirst = true;
            foreach (WireSection inner in section.Sections)
            {
                Begin(inner.Name, isFirst);
                isFirst = false;
                AddSection(inner);
            }

            foreach (WireMember member in section.Members)
            {
                Begin(member.Name, isFirst);
                isFirst = false;
                End(member);
            }

            before.Add((byte)'}');
        }
    }

    /// <summary>The message in each of its forms: of either endpoint, with a space after commas and colons or without.</summary>
    internal static ReadOnlySpan<WireTemplate> All => Forms;

    /// <summary>Which identifier names the contract.</summary>
    internal ContractKeyKind Kind { get; }

    /// <summary>The values in their order.</summary>
    internal ReadOnlySpan<Step> Steps => _steps;

    /// <summary>Whether the message begins with what stands before the first value.</summary>
    internal bool IsBegunBy(ReadOnlySpan<byte> message) => _steps[0].Before.IsAt(message, 0);

    /// <summary>What stands behind the last value.</summary>
    internal readonly WireLiteral Ending;

    /// <summary>A value of the message. Fields, as a property would copy the literal at each look.</summary>
    internal readonly struct Step(WireLiteral before, WireMember? member)
    {
        /// <summary>What stands between the value before it, or the begin of the message, and this one.</summary>
        internal readonly WireLiteral Before = before;

        /// <summary>What the value is; null for the identifier of the contract.</summary>
        internal readonly WireMember? Member = member;
    }
}
