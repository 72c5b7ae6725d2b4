using System.Net;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether the service accepts a WebSocket with the token and the contracts and, if not, what is at fault.</summary>
internal sealed class HandshakeCheck : ICheck
{
    /// <summary>The contract of the documentation's examples, used if none was named: what matters then is who answers, not the answer.</summary>
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
            outcome.Detail($"the handshake used {Words.Family(family)}");
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

    /// <summary>Adds a warning if the service only accepted a second token: the client recovers automatically, but it will happen again.</summary>
    private static void JudgeFirstTokens(Outcome outcome, IReadOnlyList<Exchange> exchanges)
    {
        int refused = exchanges.ToList().FindIndex(static exchange => exchange is { Kind: RequestKind.Handshake, Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden });
        if (refused >= 0)
        {
            outcome.Warn(
                FaultClass.Token,
                "The first token was refused, but a second one, issued immediately afterwards, was accepted. The first may have been invalidated by another program that logs in with the same account, or by a change of this machine's address.",
                "Let only one program use the account at a time. Do not use a VPN or carrier that changes the address from one connection to the next.");
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
            : "the service answers (with a refusal, because no contract was named)";
        AddressDiagnosis.Judge(file, outcome, onlyRefused: false);
        outcome.Block("no contract was named; ime doctor CONTRACT examines more");
        if (opening.Feed is not null)
        {
            await opening.Feed.DisposeAsync();
        }
    }
}
