namespace HedgeTech.Ime.Market;

/// <summary>What a contract that the service does not take may have been meant to be. Shared by the exception of a refusal and by <c>ime doctor</c>, which tries it out.</summary>
/// <param name="Meant">The contract that may have been meant.</param>
/// <param name="Mistake">How the given one differs from it.</param>
internal sealed record ContractGuess(ContractKey Meant, ContractMistake Mistake)
{
    private const int Hinted = 3;

    /// <summary>All that may have been meant, the likeliest first.</summary>
    public static IEnumerable<ContractGuess> For(ContractKey given)
    {
        ContractKeyKind otherKind = given.Kind == ContractKeyKind.Name ? ContractKeyKind.Id : ContractKeyKind.Name;
        string inPersian = given.Value.Replace('ي', 'ی').Replace('ك', 'ک');
        string inArabic = given.Value.Replace('ی', 'ي').Replace('ک', 'ك');
        ContractGuess[] all =
        [
            new(given with { Value = given.Value.Trim() }, ContractMistake.WhiteSpace),
            new(new ContractKey(otherKind, given.Value), ContractMistake.WrongKind),
            new(given with { Value = inPersian }, ContractMistake.ArabicLetters),
            new(given with { Value = inArabic }, ContractMistake.PersianLetters),
            new(given with { Value = given.Value.ToUpperInvariant() }, ContractMistake.SmallLetters),
        ];
        return all.Where(guess => guess.Meant != given);
    }

    /// <summary>What strikes the eye about the first few contracts, in a sentence each; null if nothing does.</summary>
    public static string? Hint(IEnumerable<ContractKey> refused)
    {
        string[] hints = [.. refused.Select(static given => For(given).Select(guess => guess.HintAt(given)).FirstOrDefault(static hint => hint is not null)).OfType<string>().Take(Hinted)];
        return hints.Length == 0 ? null : string.Join(' ', hints);
    }

    /// <summary>Null where the guess is as good as any other: most names have letters that Persian and Arabic keyboards mix up.</summary>
    private string? HintAt(ContractKey given)
    {
        string value = PlainText.Of(given.Value);
        return Mistake switch
        {
            ContractMistake.WhiteSpace => $"'{value}' has white space around it.",
            ContractMistake.WrongKind when given.Kind == ContractKeyKind.Name && given.Value.All(char.IsAsciiDigit) => $"{value} looks like an id, but was given as a name.",
            ContractMistake.WrongKind when given.Kind == ContractKeyKind.Id && given.Value.Any(char.IsLetter) => $"{value} looks like a name, but was given as an id.",
            ContractMistake.ArabicLetters => $"{value} has the Arabic letters ي or ك; the service may spell it with the Persian letters ی and ک ({PlainText.Of(Meant.Value)}).",
            ContractMistake.SmallLetters => $"{value} has small letters; the service may spell it in capitals ({PlainText.Of(Meant.Value)}).",
            _ => null,
        };
    }
}

/// <summary>What people get wrong when they name a contract.</summary>
internal enum ContractMistake
{
    /// <summary>White space around the name.</summary>
    WhiteSpace,

    /// <summary>An id given as a name, or a name given as an id.</summary>
    WrongKind,

    /// <summary>The Arabic letters ي and ك where the service has the Persian ones.</summary>
    ArabicLetters,

    /// <summary>The Persian letters ی and ک where the service has the Arabic ones.</summary>
    PersianLetters,

    /// <summary>Small letters in a code that is written in capitals.</summary>
    SmallLetters,
}
