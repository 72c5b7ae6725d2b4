namespace HedgeTech.Ime;

/// <summary>What kind of contract a <see cref="ContractCode"/> names.</summary>
public enum ContractCodeKind
{
    /// <summary>A future, such as <c>SAFAB03</c>.</summary>
    Future,

    /// <summary>An option to buy, such as <c>GCOR01C11000</c>.</summary>
    Call,

    /// <summary>An option to sell, such as <c>GCOR01P11000</c>.</summary>
    Put,
}
