namespace HedgeTech.Ime.Market;

/// <summary>A guess at the contract that was meant by one that the service refuses. The exception of the refusal suggests it, and <c>ime doctor</c> tries it.</summary>
/// <param name="Meant">The contract that was probably meant.</param>
/// <param name="Mistake">How the given one differs from it.</param>
internal sealed record ContractGuess(ContractKey Meant, ContractMistake Mistake)
{
    private const int Hinted = 3;

    /// <summary>Returns all guesses, the most likely first.</summary>
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

    /// <summary>Describes obvious mistakes in the first few contracts, one sentence each; null if there are none.</summary>
    public static string? Hint(IEnumerable<ContractKey> refused)
    {
        string[] hints = [.. refused.Select(static given => For(given).Select(guess => guess.HintAt(given)).FirstOrDefault(static hint => hint is not null)).OfType<string>().Take(Hinted)];
        return hints.Length == 0 ? null : string.Join(' ', hints);
    }

    /// <summary>Returns null where the guess is not worth a hint: most names have letters that Persian and Arabic keyboards mix up.</summary>
    private string? HintAt(ContractKey given)
    {
        string value = PlainText.Of(given.Value);
        return Mistake switch
        {
            ContractMistake.WhiteSpace => $"'{value}' has white space around it.",
            ContractMistake.WrongKind when given.Kind == ContractKeyKind.Name && given.Value.All(char.IsAsciiDigit) => $"{value} looks like an id, but was given as a name.",
            ContractMistake.WrongKind when given.Kind == ContractKeyKind.Id && given.Value.Any(char.IsLetter) => $"{value} looks like a name, but was given as an id.",
            ContractMistake.ArabicLetters => $"{value} has the Arabic letters ي or ك; the service may spell it with the Persian letters ی and ک ({PlainText.Of(Meant.Value)}).",
            ContractMistake.SmallLetters => $"{value} has lowercase letters; the service may spell it in capitals ({PlainText.Of(Meant.Value)}).",
            _ => null,
        };
    }
}

/// <summary>Common mistakes in the name or id of a contract.</summary>
internal enum ContractMistake
{
    /// <summary>White space around the name.</summary>
    WhiteSpace,

    /// <summary>An id given as a name, or a name given as an id.</summary>
    WrongKind,

    /// <summary>The Arabic letters ي and ك where the service uses the Persian ones.</summary>
    ArabicLetters,

    /// <summary>The Persian letters ی and ک where the service uses the Arabic ones.</summary>
    PersianLetters,

    /// <summary>Lowercase letters in a code that is written in capitals.</summary>
    SmallLetters,
}
