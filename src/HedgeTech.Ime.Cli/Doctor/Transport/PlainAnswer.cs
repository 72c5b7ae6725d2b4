using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>The result of a request without credentials to the root of the address.</summary>
/// <param name="Exchange">The answer; null if there was none.</param>
/// <param name="Certificate">The certificate of the server; null if there was none.</param>
/// <param name="ReceivedAt">When the answer arrived, by this machine's clock.</param>
/// <param name="Failure">Why there was no answer; null if there was one.</param>
internal sealed record PlainAnswer(Exchange? Exchange, CertificateFacts? Certificate, DateTimeOffset ReceivedAt, Exception? Failure)
{
    /// <summary>Sends the request. Accepts any certificate, to see what is behind it: the request contains no secrets.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<PlainAnswer> AskAsync(CaseFile file, CancellationToken cancellationToken)
    {
        ConnectionOptions options = file.Options.Connection;
        TimeProvider time = file.Settings.Time;
        CertificateFacts? facts = null;
#pragma warning disable CA5359 // Any certificate is taken to see what is behind it; no secret is sent, and the client itself judges as ever.
        using SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = file.Connecting.ConnectAsync,
            Proxy = DiscreetProxy.Of(options.Proxy),
            SslOptions = { EnabledSslProtocols = options.SslProtocols, RemoteCertificateValidationCallback = Look },
        };
#pragma warning restore CA5359
        using HttpMessageInvoker http = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(file.Options.BaseAddress.GetLeftPart(UriPartial.Authority) + "/"));
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        using CancellationTokenSource bound = new(file.Settings.NetworkBound, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        long start = time.GetTimestamp();
        try
        {
            // The clock is read from the second answer, so that name resolution, TCP and TLS do not count as its round trip.
            using HttpResponseMessage first = await http.SendAsync(request, either.Token);
            start = time.GetTimestamp();
            using HttpRequestMessage again = new(HttpMethod.Get, request.RequestUri);
            again.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
            using HttpResponseMessage second = await http.SendAsync(again, either.Token);
            return new PlainAnswer(ObservedTransport.Describe(RequestKind.Plain, second, file.Connecting.LastFamily, time.GetElapsedTime(start)), facts, time.GetUtcNow(), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new PlainAnswer(null, facts, time.GetUtcNow(), failure);
        }

        bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            bool isTrusted = options.ServerCertificateValidation?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
            if (certificate is X509Certificate2 shown)
            {
                facts = CertificateFacts.Read(shown, chain, errors, isTrusted);
            }

            return true;
        }
    }
}
