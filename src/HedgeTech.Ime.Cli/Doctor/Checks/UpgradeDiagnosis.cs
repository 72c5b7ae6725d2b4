using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Finds out why a handshake was neither accepted nor refused: perhaps the service did not receive it as a handshake.</summary>
internal static class UpgradeDiagnosis
{
    private const string Allow = "Have it allow WebSockets to this host, which start as a GET with the headers Upgrade and Connection. Or bypass it: use another network, or NO_PROXY for this host.";

    /// <summary>Returns whether a web page answered the last handshake, and adds a fault if so.</summary>
    public static bool JudgePage(CaseFile file, Outcome outcome)
    {
        if (file.Transport.Last(RequestKind.Handshake) is not { IsPage: true, Status: { } status } answer)
        {
            return false;
        }

        outcome.Summary = $"refused: HTTP {(int)status}, by a web page";
        outcome.Fault(FaultClass.Proxy, $"The refusal (HTTP {(int)status}) is a web page{By(answer)}, which the service never sends: a proxy or filter on the way blocks WebSockets.", Allow);
        return true;
    }

    /// <summary>Requests the same path without a handshake: a peer that answers the same did not see the handshake.</summary>
    public static async Task<Opening> RunAsync(CaseFile file, Outcome outcome, Opening opening, CancellationToken cancellationToken)
    {
        Exchange? plain = await AskPlainlyAsync(file, cancellationToken);
        Exchange? answer = opening.Status is null ? null : file.Transport.Last(RequestKind.Handshake);
        outcome.Summary = opening.Status is { } status ? $"not accepted: HTTP {(int)status}" : $"not accepted: {opening.Trouble}";
        string who = By(answer);
        switch ((int?)opening.Status)
        {
            case 407:
                outcome.Fault(FaultClass.Proxy, "The proxy requires a user name and a password (407).", "Put them into the proxy's address: HTTPS_PROXY=http://user:password@host:port, percent-encoded.");
                break;
            case 408 or 425 or 429 or >= 500:
                string after = answer?.RetryAfter is { } wait ? $" in {Words.Seconds(wait)}" : " in a few minutes";
                outcome.Fault(FaultClass.Service, $"The service cannot open a stream now (HTTP {(int)opening.Status!}).", $"Nothing is wrong here. Try again{after}. If it persists, tell the service's operator.");
                break;
            case 101:
                outcome.Fault(FaultClass.Proxy, $"The answer to the handshake is wrong: something on the way{who} has altered it.", Allow);
                break;
            case { } given when plain?.Status == opening.Status && IsDocumented(file):
                outcome.Fault(
                    FaultClass.Proxy,
                    $"The handshake is answered (HTTP {given}) like a plain GET, so the header Upgrade does not reach the service: a proxy or filter on the way{who} removes it.",
                    Allow);
                break;
            case { } given:
                outcome.Fault(
                    FaultClass.Spelling,
                    $"There is no stream at {Path(file)} (HTTP {given}).",
                    "Check the address (--base-address). Remove Connection.NamePath and Connection.IdPath from the configuration if they are set.");
                break;
            case null when plain?.Status is not null:
                outcome.Fault(
                    FaultClass.Proxy,
                    $"The login and a plain GET are answered, but the handshake is not ({opening.Trouble}): a proxy or firewall on the way drops WebSockets.",
                    Allow);
                break;
            default:
                outcome.Fault(FaultClass.Network, $"The handshake was not answered ({opening.Trouble}), nor was a plain GET after it, although the login was: the path to the service fails.", "Try again in a minute, then from another network.");
                break;
        }

        return opening;
    }

    private static string By(Exchange? answer) => (answer?.Via ?? answer?.Server) is { } name ? $" (it calls itself {name})" : "";

    private static bool IsDocumented(CaseFile file) => Path(file) == Path(new ConnectionOptions(), file);

    private static string Path(CaseFile file) => Path(file.Options.Connection, file);

    private static string Path(ConnectionOptions options, CaseFile file) => IsById(file) ? options.IdPath : options.NamePath;

    private static bool IsById(CaseFile file) => file.Settings.Contracts?.First().Kind == ContractKeyKind.Id;

    private static async Task<Exchange?> AskPlainlyAsync(CaseFile file, CancellationToken cancellationToken)
    {
        ConnectionOptions options = file.Options.Connection;
        string contract = Uri.EscapeDataString(file.Settings.Contracts?.First().Value ?? "any");
        Uri uri = new($"{file.Options.BaseAddress.AbsoluteUri.TrimEnd('/')}{Path(file)}?{(IsById(file) ? options.IdParameter : options.NameParameter)}={contract}");
        using HttpMessageInvoker http = new(file.Transport, disposeHandler: false);
        using HttpRequestMessage request = new(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        using CancellationTokenSource bound = new(file.Settings.NetworkBound / 2, file.Settings.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, either.Token);
            return file.Transport.Last(RequestKind.Plain);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
