using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether TLS works, and whether the certificate is the service's: host name, validity, issuer.</summary>
internal sealed class TlsCheck : ICheck
{
    private static readonly TimeSpan RenewalDue = TimeSpan.FromDays(10);

    /// <summary>Makers of products that inspect TLS on the way, by their names in the certificates that they issue.</summary>
    private static readonly string[] Interceptors =
    [
        "Avast", "AVG ", "Bitdefender", "Blue Coat", "Charles Proxy", "Check Point", "Cisco Umbrella", "ESET", "Fiddler", "Forcepoint", "Fortinet", "FortiGate",
        "Kaspersky", "Kerio", "McAfee", "mitmproxy", "NetFree", "Netskope", "Palo Alto", "pfSense", "PortSwigger", "Skyhigh", "SonicWall", "Sophos", "Squid", "Untangle", "WatchGuard", "Zscaler",
    ];

    public DoctorStep Step => DoctorStep.Tls;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        PlainAnswer answer = file.Plain = await PlainAnswer.AskAsync(file, cancellationToken);
        if (file.Options.BaseAddress.Scheme != Uri.UriSchemeHttps)
        {
            outcome.SkippedBecause = "the address is plain http, which never leaves this machine";
            return;
        }

        if (answer.Certificate is null)
        {
            ExplainNone(file, outcome, answer);
            return;
        }

        Judge(file, outcome, answer.Certificate, answer);
        if (answer.Certificate.IsTrusted && answer.Exchange is null)
        {
            outcome.Detail($"but a plain request was not answered: {Reason(file, answer.Failure)}");
        }
    }

    private static void Judge(CaseFile file, Outcome outcome, CertificateFacts shown, PlainAnswer answer)
    {
        string host = file.Options.BaseAddress.IdnHost;
        string? maker = Array.Find(Interceptors, maker => shown.Issuer.Contains(maker, StringComparison.OrdinalIgnoreCase) || shown.Root.Contains(maker, StringComparison.OrdinalIgnoreCase));
        outcome.Summary = $"certificate for {shown.Subject}, issued by {shown.Issuer}, valid until {shown.NotAfter.UtcDateTime:yyyy-MM-dd}";
        if (shown.IsTrusted)
        {
            Warn(file, outcome, shown, maker);
            return;
        }

        (string what, string remedy) = Explain(file, host, shown, maker, answer);
        outcome.Fault(FaultClass.Tls, what, remedy);
        outcome.Block("the certificate cannot be trusted, and its holder would get the password");
    }

    private static (string What, string Remedy) Explain(CaseFile file, string host, CertificateFacts shown, string? maker, PlainAnswer answer)
    {
        DateTimeOffset now = answer.ReceivedAt;
        if (shown.Chain.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            bool isLeaf = now < shown.NotBefore || now > shown.NotAfter;
            if (answer.Exchange?.Date is { } date && isLeaf && date >= shown.NotBefore && date <= shown.NotAfter)
            {
                return (
                    $"By this machine's clock ({now.UtcDateTime:yyyy-MM-dd HH:mm} UTC) the certificate is not valid. By the service's clock ({date.UtcDateTime:yyyy-MM-dd HH:mm} UTC) it is.",
                    "Set this machine's clock: timedatectl set-ntp true, or on Windows w32tm /resync.");
            }

            return now < shown.NotBefore && isLeaf
                ? ($"The certificate is only valid from {shown.NotBefore.UtcDateTime:yyyy-MM-dd HH:mm} UTC on.", "Check this machine's clock. If it is right, tell the service's operator.")
                : ($"The certificate, or one in its chain, has expired: it was valid until {shown.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC.", "Check this machine's clock. If it is right, tell the service's operator to renew the certificate.");
        }

        if (maker is not null)
        {
            return (
                $"The certificate was issued on the way, by {shown.Issuer} ({maker}): a proxy or virus scanner inspects the traffic, and this machine does not trust it.",
                $"Preferably, have {host} excluded from its TLS inspection, which often breaks WebSockets too. Or install its root certificate on this machine.");
        }

        if (shown.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return (
                $"The certificate is for {(shown.Names.Count > 0 ? string.Join(", ", shown.Names.Take(4)) : shown.Subject)}, not for {host}: another server answers instead.",
                $"Check the host in the address. If it is right, the name resolves to a wrong server: compare nslookup {host} 1.1.1.1, and look for a captive portal or a proxy.");
        }

        return shown.IsSelfSigned
            ? ($"The certificate is self-signed ({shown.Subject}), so nothing proves that this is the service.", "If this is your own server, install its certificate on this machine. Otherwise, something on the way answers instead of the service: try another network.")
            : ($"This machine does not trust the issuer of the certificate: {shown.Issuer}. A company proxy or a virus scanner may inspect the traffic on the way, or the server does not send a certificate of its chain.", $"Ask whoever runs the network whether it inspects TLS: have {host} excluded, or its root certificate installed here. If it does not, update this machine's certificates (ca-certificates).");
    }

    private static void Warn(CaseFile file, Outcome outcome, CertificateFacts shown, string? maker)
    {
        if (maker is not null)
        {
            outcome.Warn(
                FaultClass.Tls,
                $"The traffic is inspected on the way, by {shown.Issuer} ({maker}). This machine trusts it, so it works, but such a proxy often breaks WebSockets, and it can read the password.",
                $"Have {file.Options.BaseAddress.Host} excluded from its TLS inspection.");
        }

        TimeSpan left = shown.NotAfter - file.Settings.Time.GetUtcNow();
        if (left < RenewalDue && left > TimeSpan.Zero)
        {
            outcome.Warn(FaultClass.Tls, $"The certificate expires in {Words.Seconds(left)}.", "Tell the service's operator. Once it has expired, no client can connect.");
        }

        if (shown.Errors != SslPolicyErrors.None)
        {
            outcome.Warn(FaultClass.Tls, $"The platform does not trust the certificate ({shown.Errors}), but the settings do.", "Make sure that this is intended.");
        }
    }

    private static void ExplainNone(CaseFile file, Outcome outcome, PlainAnswer answer)
    {
        outcome.Summary = $"no TLS: {Reason(file, answer.Failure)}";
        outcome.Block("TLS failed");
        if (answer.Failure is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } tunnel)
        {
            bool wantsCredentials = tunnel.StatusCode == HttpStatusCode.ProxyAuthenticationRequired;
            outcome.Fault(
                FaultClass.Proxy,
                wantsCredentials ? $"The proxy {file.FirstHop.Host} requires a user name and a password (407)." : $"The proxy {file.FirstHop.Host} refuses to connect to {file.Options.BaseAddress.Host}: {Reason(file, tunnel)}",
                wantsCredentials ? "Put them into the proxy's address: HTTPS_PROXY=http://user:password@host:port, percent-encoded." : $"Ask the administrator of the proxy to allow {file.Options.BaseAddress.Authority}, or bypass the proxy: NO_PROXY={file.Options.BaseAddress.Host}.");
            return;
        }

        outcome.Fault(
            FaultClass.Tls,
            answer.Failure is OperationCanceledException
                ? $"The connection is open, but TLS is not answered within {Words.Seconds(file.Settings.NetworkBound)}."
                : $"The connection is open, but TLS fails: {Reason(file, answer.Failure)}",
            $"If port {file.Options.BaseAddress.Port} is right, something on the way (a firewall, a filter) blocks TLS: try another network. If you have set Connection.SslProtocols, it must allow TLS 1.2 or 1.3.");
    }

    private static string Reason(CaseFile file, Exception? failure) => failure?.GetBaseException().Message switch
    {
        _ when failure is OperationCanceledException => $"not answered within {Words.Seconds(file.Settings.NetworkBound)}",
        string text when text.Contains("frame size", StringComparison.Ordinal) => "the server there does not speak TLS.", // the platform's message does not help
        var text => file.Text.Clean(text?.TrimEnd('"')), // the platform's sentence about a tunnel ends with a quotation mark that opens nowhere
    };
}
