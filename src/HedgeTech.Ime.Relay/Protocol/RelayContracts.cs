namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>A set of contracts as the log knows it: each as <c>name:VALUE</c> or <c>id:VALUE</c>, in ordinal order.</summary>
internal static class RelayContracts
{
    /// <exception cref="ArgumentException">A contract has a line break.</exception>
    public static IReadOnlyList<string> Write(ContractSet contracts)
    {
        string[] written = [.. contracts.Select(Write).Order(StringComparer.Ordinal)];
        return written.Any(static contract => contract.Contains('\n', StringComparison.Ordinal)) ? throw new ArgumentException("A contract with a line break in its name cannot be relayed.") : written;
    }

    /// <summary>A contract that was written so, for a message.</summary>
    public static string Describe(string written) => written.StartsWith("name:", StringComparison.Ordinal) ? written["name:".Length..] : written.Replace("id:", "id ", StringComparison.Ordinal);

    public static string Write(ContractKey contract) => $"{(contract.Kind == ContractKeyKind.Name ? "name" : "id")}:{contract.Value}";
}
