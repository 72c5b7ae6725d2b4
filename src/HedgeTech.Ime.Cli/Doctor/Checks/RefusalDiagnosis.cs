using HedgeTech.Ime.Market;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>
/// Finds out why the service refuses a stream. The service only answers 403, so this requests other things with the same token:
/// other spellings, the contracts one by one, the same contracts under the other kind of key or with other letters, and well-known contracts.
/// </summary>
internal sealed class RefusalDiagnosis(CaseFile file, Outcome outcome, IProgress<string> progress)
{
    private const int Tried = 3;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>Finds the fault, and opens a stream of what the service accepts.</summary>
    public async Task<Opening> RunAsync(ImeSubscriptionRefusedException refused, ContractSet asked, CancellationToken cancellationToken)
    {
        outcome.Summary = $"refused: {How(refused)}";
        if (UpgradeDiagnosis.JudgePage(file, outcome))
        {
            return new Opening(null, refused, null, null);
        }

        if (AddressDiagnosis.Judge(file, outcome, onlyRefused: false))
        {
            return new Opening(null, refused, null, null);
        }

        return IsPartly(refused, asked)
            ? await WithoutAsync(refused.Contracts, asked, cancellationToken)
            : await TryOtherSpellingsAsync(asked, cancellationToken) ?? await TryOtherContractsAsync(refused, asked, cancellationToken);
    }

    private static bool IsPartly(ImeSubscriptionRefusedException refused, ContractSet asked) =>
        refused.Contracts.Count < asked.Count && refused.AreContractsAtFault;

    private static string How(ImeSubscriptionRefusedException refused) =>
        refused.HttpStatus is { } status ? $"HTTP {(int)status}" : $"close status {(int?)refused.CloseStatus}{(refused.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}";

    /// <summary>Continues without the contracts that are refused even alone.</summary>
    private async Task<Opening> WithoutAsync(IReadOnlyCollection<ContractKey> wrong, ContractSet asked, CancellationToken cancellationToken)
    {
        List<ContractKey> right = [.. asked.Except(wrong)];
        Opening rest = await Opening.TryAsync(file, file.CreateClientWithToken(), new ContractSet(right), cancellationToken);
        string others = rest.Feed is not null ? $" The others are accepted: {Words.List(right)}." : "";
        FaultUnknown(await FaultMistakenAsync(wrong, cancellationToken), others);
        outcome.Summary = $"{wrong.Count} of {asked.Count} contracts refused";
        return rest;
    }

    private async Task<Opening?> TryOtherSpellingsAsync(ContractSet asked, CancellationToken cancellationToken)
    {
        HandshakeSpelling configured = HandshakeSpelling.Of(file.Options, asked.First().Kind);
        ContractSet[] sets = [asked, .. asked.Count > 1 ? asked.Take(Tried).Select(static contract => new ContractSet([contract])) : []];
        foreach ((ContractSet set, HandshakeSpelling other) in
            from set in sets
            from other in configured.Others()
            select (set, other))
        {
            progress.Report($"refused; trying {configured.Difference(other)}");
            if (await IsAcceptedAsync(set, other.Apply, cancellationToken))
            {
                outcome.Summary = "accepted, but with other names than those in the settings";
                outcome.Fault(FaultClass.Spelling, $"The service expects {configured.Difference(other)}.", $"Set {configured.Remedy(other)}.");
                file.Correct(other.Apply);
                Opening opening = await Opening.TryAsync(file, file.CreateClientWithToken(), asked, cancellationToken);
                return opening.Refused is { } again && IsPartly(again, asked) ? await WithoutAsync(again.Contracts, asked, cancellationToken) : opening;
            }
        }

        return null;
    }

    /// <summary>Finds out whether the contracts or the token are at fault, if no requested contract is accepted.</summary>
    private async Task<Opening> TryOtherContractsAsync(ImeSubscriptionRefusedException refused, ContractSet asked, CancellationToken cancellationToken)
    {
        List<ContractKey> unexplained = await FaultMistakenAsync(asked, cancellationToken);
        if (unexplained.Count < asked.Count)
        {
            FaultUnknown(unexplained, "");
            return new Opening(null, refused, null, null);
        }

        ContractKeyKind kind = asked.First().Kind;
        foreach (ContractKey known in SimulatorContract.BuiltIn
            .Select(contract => kind == ContractKeyKind.Name ? contract.Code : contract.Id)
            .OfType<string>().Take(2).Select(value => new ContractKey(kind, value)))
        {
            progress.Report($"refused; trying {known.Value}");
            if (!asked.Contains(known) && await IsAcceptedAsync(new ContractSet([known]), null, cancellationToken))
            {
                FaultUnknown(asked, $" The token is valid: {known.Value} is accepted with it.");
                return new Opening(null, refused, null, null);
            }
        }

        string said = refused.Reason is { Length: > 0 } reason ? $" It said: \"{file.Text.Clean(reason)}\"." : "";
        if (file.Options.AccessToken is not null)
        {
            outcome.Fault(
                FaultClass.Token,
                $"The service refuses the given token for every contract ({How(refused)}).{said} The token may have expired, or it was issued to another address or program. A token is only valid for the address and program that logged in.",
                "Log in with user name and password instead, so that the token is issued to this program on this machine.");
        }
        else
        {
            outcome.Fault(
                FaultClass.Token,
                $"The service issues a token, but refuses it for every contract ({How(refused)}), and a fresh one too.{said}",
                "Try a contract that is certainly traded today. If it is refused too, ask the service's operator whether the account is approved for live data and how many connections it may open. Do not use a VPN or proxy that changes the address from one connection to the next.");
        }

        return new Opening(null, refused, null, null);
    }

    /// <summary>Adds a fault for each contract whose intended spelling can be found: the other kind of key, or other letters. Returns the rest.</summary>
    private async Task<List<ContractKey>> FaultMistakenAsync(IReadOnlyCollection<ContractKey> wrong, CancellationToken cancellationToken)
    {
        List<ContractKey> unexplained = [.. wrong];
        foreach (ContractKey contract in wrong.Take(Tried))
        {
            foreach (ContractGuess guess in ContractGuess.For(contract))
            {
                progress.Report($"refused; trying {Words.Name(contract)} as {(guess.Meant.Kind == ContractKeyKind.Id ? "an id" : "a name")}");
                if (await IsAcceptedAsync(new ContractSet([guess.Meant]), null, cancellationToken))
                {
                    (string what, string remedy) = Explain(contract, guess);
                    outcome.Fault(FaultClass.Contract, what, remedy);
                    unexplained.Remove(contract);
                    break;
                }
            }
        }

        return unexplained;
    }

    /// <summary>Adds a fault for contracts that the service does not stream, if there are any.</summary>
    private void FaultUnknown(IReadOnlyCollection<ContractKey> wrong, string also)
    {
        if (wrong.Count > 0)
        {
            outcome.Fault(
                FaultClass.Contract,
                $"The service does not stream {Words.List(wrong)}: the contract does not exist, or this account may not see it.{also}",
                "Check the name letter by letter (it must match the exchange's exactly), and that the contract has not expired. If it is right, ask the service's operator to enable it for the account.");
        }
    }

    private static (string What, string Remedy) Explain(ContractKey given, ContractGuess guess)
    {
        if (guess.Mistake == ContractMistake.WrongKind)
        {
            return guess.Meant.Kind == ContractKeyKind.Id
                ? ($"{Words.Name(given)} is an id, but was given as a name.", $"Pass it as an id: --id {given.Value}.")
                : ($"{Words.Name(given)} is a name, but was given as an id.", "Pass it without --id.");
        }

        string change = guess.Mistake switch
        {
            ContractMistake.ArabicLetters => "with the Persian letters ی and ک",
            ContractMistake.PersianLetters => "with the Arabic letters ي and ك",
            ContractMistake.SmallLetters => "in capital letters",
            _ => "without the white space around it",
        };
        return ($"{Words.Name(given)} is unknown, but the same name {change} is accepted: {Words.Name(guess.Meant)}.", "Copy the name from this line, or use the id of the contract.");
    }

    private async Task<bool> IsAcceptedAsync(ContractSet contracts, Action<ImeClientOptions>? change, CancellationToken cancellationToken)
    {
        await Task.Delay(Pace, file.Settings.Time, cancellationToken);
        Opening opening = await Opening.TryAsync(
            file,
            change is null ? file.CreateClientWithToken() : file.CreateClientWithToken(change),
            contracts,
            cancellationToken,
            new FeedOptions { ProbeRefusals = false });
        if (opening.Feed is null)
        {
            return false;
        }

        await opening.Feed.DisposeAsync();
        return true;
    }
}
