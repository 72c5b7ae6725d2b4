using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>Identifies a contract by its name or by its id.</summary>
/// <remarks>Compared ordinally and sent to the service verbatim. <c>ی</c> and <c>ي</c> are different letters, as they are for the service.</remarks>
/// <param name="Kind">Whether <paramref name="Value"/> is a name or an id.</param>
/// <param name="Value">The name or id, unchanged.</param>
[JsonConverter(typeof(ContractKeyJsonConverter))]
public readonly record struct ContractKey(ContractKeyKind Kind, string Value)
{
    /// <summary>Creates a key from a name.</summary>
    /// <param name="value">The name exactly as the service spells it. It is not normalized.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or blank.</exception>
    public static ContractKey Name(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new ContractKey(ContractKeyKind.Name, value);
    }

    /// <summary>Creates a key from an id.</summary>
    /// <param name="value">The id, as text.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or blank.</exception>
    public static ContractKey Id(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new ContractKey(ContractKeyKind.Id, value);
    }

    /// <summary>The name, or <c>id:</c> and the id.</summary>
    public override string ToString() => Kind == ContractKeyKind.Name ? Value ?? "" : $"id:{Value}";
}
