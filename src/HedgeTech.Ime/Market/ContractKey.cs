using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>Names a contract, by its name or by its id.</summary>
/// <remarks>Compared ordinally, and sent to the service verbatim: <c>ی</c> and <c>ي</c> are different letters here as they are there.</remarks>
/// <param name="Kind">Whether <paramref name="Value"/> is a name or an id.</param>
/// <param name="Value">The name or id, never changed in any way.</param>
[JsonConverter(typeof(ContractKeyJsonConverter))]
public readonly record struct ContractKey(ContractKeyKind Kind, string Value)
{
    /// <summary>A contract by name.</summary>
    /// <param name="value">The name as the service spells it, letter for letter: it is never normalised.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or blank.</exception>
    public static ContractKey Name(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new ContractKey(ContractKeyKind.Name, value);
    }

    /// <summary>A contract by id.</summary>
    /// <param name="value">The id, as a text.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or blank.</exception>
    public static ContractKey Id(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new ContractKey(ContractKeyKind.Id, value);
    }

    /// <summary>The name, or <c>id:</c> and the id.</summary>
    public override string ToString() => Kind == ContractKeyKind.Name ? Value ?? "" : $"id:{Value}";
}
