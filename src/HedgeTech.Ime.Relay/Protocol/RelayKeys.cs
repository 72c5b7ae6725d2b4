namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The keys of one relay in Redis. The hash tag keeps them in one slot of a cluster.</summary>
internal sealed class RelayKeys(string name)
{
    /// <summary>The name of the relay.</summary>
    public string Name => name;

    public string Stream { get; } = $"{{ime:{name}}}:s";

    public string Last { get; } = $"{{ime:{name}}}:last";

    public string Leader { get; } = $"{{ime:{name}}}:leader";

    public string Meta { get; } = $"{{ime:{name}}}:meta";

    public string Points { get; } = $"{{ime:{name}}}:b";

    /// <summary>Used for a moment when a publisher checks its rights.</summary>
    public string Check { get; } = $"{{ime:{name}}}:check";

    public string Channel { get; } = $"{{ime:{name}}}:p";

    /// <summary>The keys in the order that the scripts expect.</summary>
    public IReadOnlyList<string> All => [Stream, Last, Leader, Meta, Points];
}
