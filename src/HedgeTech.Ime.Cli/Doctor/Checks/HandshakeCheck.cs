using System.Net;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Whether the service accepts a WebSocket with the token and the contracts; and if not, which of all that goes into it is at fault.</summary>
internal sealed class HandshakeCheck : ICheck
{
    /// <summary>The contract of the documentation's examples, for where none was named: what matters then is who answers, not what.</summary>
    private static readonly ContractSet Example = ContractSet.ByName("IMEFutures_Sample");

    public DoctorStep Step => DoctorStep.Handshake;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        int before = file.Transport.Exchanges.Count;
        bool isNamed = file.Settings.Contracts is not null;
        Opening opening = isNamed
            ? await Opening.TryAsync(file, file.Client!, file.Settings.Contracts!, cancellationToken)
            : await Opening.TryAsync(file, file.CreateClientWithToken(), Example, cancellationToken);
        IReadOnlyList<Exchange> handshakes = [.. file.Transport.Exchanges.Skip(before)];
        if (file.Transport.Last(RequestKind.Handshake)?.Family is { } family)
        {
            outcome.Detail($"the handshake left by {Words.Family(family)}");
        }

        if (!isNamed && (opening.Feed is not null || opening.Refused is not null))
        {
            await JudgeWithoutContractAsync(file, outcome, opening);
            return;
        }

        if (opening.Feed is null)
        {
            opening = opening.Refused is { } refused
                ? await new RefusalDiagnosis(file, outcome, progress).RunAsync(refused, file.Settings.Contracts!, cancellationToken)
                : await UpgradeDiagnosis.RunAsync(file, outcome, opening, cancellationToken);
        }
        else
        {
            outcome.Summary = $"accepted: {Words.List(file.Settings.Contracts!)}";
            if (!AddressDiagnosis.Judge(file, outcome, onlyRefused: true))
            {
                JudgeFirstTokens(outcome, handshakes);
            }
        }

        file.Feed = opening.Feed;
        if (file.Feed is null)
        {
            outcome.Block("no stream was accepted");
        }
    }

    /// <summary>Accepted in the end, but with a second token: the client mends that by itself, and it will come again.</summary>
    private static void JudgeFirstTokens(Outcome outcome, IReadOnlyList<Exchange> exchanges)
    {
        int refused = exchanges.ToList().FindIndex(static exchange => exchange is { Kind: RequestKind.Handshake, Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden });
        if (refused >= 0)
        {
            outcome.Warn(
                FaultClass.Token,
                "The first token was refused; a second one, got at once, was taken. The first may have been invalidated by another program that logs in with the same account, or by a change of this machine's address.",
                "Let one program use the account at a time. Use no VPN or carrier that changes the address from one connection to the next.");
        }
    }

    private static async Task JudgeWithoutContractAsync(CaseFile file, Outcome outcome, Opening opening)
    {
        if (opening.Refused is not null && UpgradeDiagnosis.JudgePage(file, outcome))
        {
            outcome.Block("no stream was accepted");
            return;
        }

        outcome.Summary = opening.Feed is not null
            ? "accepted, with the contract of the documentation's examples"
            : "the service answers (with a refusal, for no contract was named)";
        AddressDiagnosis.Judge(file, outcome, onlyRefused: false);
        outcome.Block("no contract was named: ime doctor CONTRACT looks further");
        if (opening.Feed is not null)
        {
            await opening.Feed.DisposeAsync();
        }
    }
}
