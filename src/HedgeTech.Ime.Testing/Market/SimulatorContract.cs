using HedgeTech.Ime.Testing.Market;

namespace HedgeTech.Ime.Testing;

/// <summary>A contract of the simulated market. Clients can request it by its id, its code or its name.</summary>
/// <remarks>Immutable and thread-safe. The service does not document whether it takes the code or the full name as the name of a contract, so both work.</remarks>
public sealed record SimulatorContract
{
    /// <summary>Contracts observed at the exchange, with real ticks and price levels: futures, options and certificates. Some names contain a plus sign, a slash or a double space.</summary>
    public static IReadOnlyList<SimulatorContract> BuiltIn { get; } = BuiltInContracts.All;

    /// <summary>The code, such as <c>SAFAB03</c>, by which clients can request the contract.</summary>
    public required string Code { get; init; }

    /// <summary>The full name, usually in Persian, by which clients can also request the contract.</summary>
    /// <value>Default: null, no name is known.</value>
    public string? Name { get; init; }

    /// <summary>The id by which clients can request the contract.</summary>
    /// <value>Default: null, no id is known.</value>
    public string? Id { get; init; }

    /// <summary>The previous close, in Rial, at which the price starts; at least 50 ticks.</summary>
    /// <value>Default: 100,000.</value>
    public long ReferencePrice { get; init; } = 100_000;

    /// <summary>The smallest step of the price, in Rial.</summary>
    /// <value>Default: 10.</value>
    public long Tick { get; init; } = 10;

    /// <summary>The units of the commodity in one contract. The value of a trade is price × quantity × multiplier.</summary>
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
