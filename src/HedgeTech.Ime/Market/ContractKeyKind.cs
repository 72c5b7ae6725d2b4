namespace HedgeTech.Ime;

/// <summary>How a contract is identified. Each kind has its own endpoint of the service.</summary>
public enum ContractKeyKind
{
    /// <summary>By name. Wire: <c>contractName</c>.</summary>
    Name,

    /// <summary>By id. Wire: <c>ContractId</c>.</summary>
    Id,
}
