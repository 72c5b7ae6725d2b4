using HedgeTech.Ime.Testing.Market;

namespace HedgeTech.Ime.Testing;

/// <summary>A contract of the simulated market. It can be asked for by its id, and by its code or its name alike.</summary>
/// <remarks>Immutable and thread-safe. Which of code and name the service calls the contract's name is not documented, so both work.</remarks>
public sealed record SimulatorContract
{
    /// <summary>The contracts observed at the exchange, at real ticks and price levels: futures, options and certificates; names with a plus sign, a slash, a double space.</summary>
    public static IReadOnlyList<SimulatorContract> BuiltIn { get; } = BuiltInContracts.All;

    /// <summary>The code, such as <c>SAFAB03</c>: a name to ask for it by.</summary>
    public required string Code { get; init; }

    /// <summary>The full name, usually Persian: another name to ask for it by.</summary>
    /// <value>Default: null, none known.</value>
    public string? Name { get; init; }

    /// <summary>The id to ask for it by.</summary>
    /// <value>Default: null, none known.</value>
    public string? Id { get; init; }

    /// <summary>The previous close, where the walk begins, in Rial; at least 50 ticks.</summary>
    /// <value>Default: 100,000.</value>
    public long ReferencePrice { get; init; } = 100_000;

    /// <summary>The smallest step of the price, in Rial.</summary>
    /// <value>Default: 10.</value>
    public long Tick { get; init; } = 10;

    /// <summary>Units of the goods in one contract: a trade's value is price × quantity × multiplier.</summary>
    /// <value>Default: 1.</value>
    public long Multiplier { get; init; } = 1;

    /// <summary>The code.</summary>
    public override string ToString() => Code;

    internal static SimulatorContract Invent(ContractKey key)
    {
        ulong hash = WalkRandom.Hash(key.Value);
        return new SimulatorContract
        {
            Code = key.Value,
            Id = key.Kind == ContractKeyKind.Id ? key.Value : null,
            Tick = 10,
            ReferencePrice = 10 * (long)(1_000 + (hash % 99_000)),
        };
    }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Code);
        ArgumentOutOfRangeException.ThrowIfLessThan(Tick, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Multiplier, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReferencePrice, 50 * Tick);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReferencePrice, 1_000_000_000_000);
    }
}
