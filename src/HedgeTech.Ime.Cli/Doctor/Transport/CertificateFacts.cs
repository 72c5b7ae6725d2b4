using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>The relevant facts of a certificate, which outlive the certificate object.</summary>
/// <param name="Subject">To whom the certificate was issued.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Root">The end of its chain, as far as the chain could be built.</param>
/// <param name="Names">The hosts that it is valid for.</param>
/// <param name="NotBefore">The start of its validity.</param>
/// <param name="NotAfter">The end of its validity.</param>
/// <param name="IsSelfSigned">Whether it is self-signed.</param>
/// <param name="Errors">The errors that the platform reports for it.</param>
/// <param name="Chain">The errors that the platform reports for its chain.</param>
/// <param name="IsTrusted">Whether the client accepts it, perhaps because of its settings.</param>
internal sealed record CertificateFacts(
    string Subject,
    string Issuer,
    string Root,
    IReadOnlyList<string> Names,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    bool IsSelfSigned,
    SslPolicyErrors Errors,
    X509ChainStatusFlags Chain,
    bool IsTrusted)
{
    public static CertificateFacts Read(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, bool isTrusted)
    {
        X509Certificate2 root = chain?.ChainElements is { Count: > 0 } elements ? elements[^1].Certificate : certificate;
        return new CertificateFacts(
            ForeignText.Short(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) ?? "nobody",
            Owner(certificate.IssuerName, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true)),
            Owner(root.IssuerName, root.GetNameInfo(X509NameType.SimpleName, forIssuer: true)),
            [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names =>
                names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString()))).Select(static name => ForeignText.Short(name) ?? "")],
            new DateTimeOffset(certificate.NotBefore),
            new DateTimeOffset(certificate.NotAfter),
            certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData),
            errors,
            chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError,
            isTrusted);
    }

    // The organization says more than the name of one of its certificates.
    private static string Owner(X500DistinguishedName name, string simple)
    {
        string? organisation = name.EnumerateRelativeDistinguishedNames()
            .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.10")
            .Select(static part => part.GetSingleElementValue())
            .FirstOrDefault();
        string both = organisation is null || simple.Contains(organisation, StringComparison.OrdinalIgnoreCase) ? simple : $"{simple} ({organisation})";
        return ForeignText.Short(both) ?? "nobody";
    }
}
