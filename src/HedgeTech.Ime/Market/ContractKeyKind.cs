namespace HedgeTech.Ime;

/// <summary>How a contract is named: which of the service's two endpoints streams it.</summary>
public enum ContractKeyKind
{
    /// <summary>By name. Wire: <c>contractName</c>.</summary>
    Name,

    /// <summary>By id. Wire: <c>ContractId</c>.</summary>
    Id,
}
