namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>What probing a refused set has shown.</summary>
/// <param name="AtFault">The contracts that are refused even alone.</param>
/// <param name="AnyAccepted">Whether any contract was accepted: if none was, the account is at fault rather than the contracts.</param>
/// <param name="IsComplete">Whether all that are at fault were found.</param>
internal sealed record RefusalVerdict(IReadOnlyList<ContractKey> AtFault, bool AnyAccepted, bool IsComplete)
{
    private const int Named = 10;

    /// <summary>Whether <see cref="AtFault"/> is the cause of the refusal, rather than the account.</summary>
    public bool AreContractsAtFault => AnyAccepted && AtFault.Count > 0;

    /// <summary>In plain words; null if nothing was found out.</summary>
    public string? Explain()
    {
        if (AtFault.Count == 0)
        {
            return null;
        }

        if (!AnyAccepted)
        {
            return $"None of the contracts that were tried alone is accepted ({Names()}), which points at the account: check that it is approved for this data, and the kind of key (name or id).";
        }

        string known = AtFault.Count == 1 ? "At fault is" : "At fault are";
        return $"{known}: {Names()}. {(IsComplete ? "The others are accepted." : "There may be more: not all were tried.")}";
    }

    private string Names()
    {
        string names = string.Join(", ", AtFault.Take(Named).Select(static contract => contract.Value));
        return AtFault.Count > Named ? $"{names} and {AtFault.Count - Named} more" : names;
    }
}
