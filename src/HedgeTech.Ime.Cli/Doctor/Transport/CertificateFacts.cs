using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>What is to be known of a certificate that was shown, as long as it is at hand.</summary>
/// <param name="Subject">To whom it was issued.</param>
/// <param name="Issuer">By whom.</param>
/// <param name="Root">The end of its chain, as far as it could be built.</param>
/// <param name="Names">The hosts that it is for.</param>
/// <param name="NotBefore">From when it is good.</param>
/// <param name="NotAfter">Until when it is good.</param>
/// <param name="IsSelfSigned">Whether it vouches for itself.</param>
/// <param name="Errors">What the platform holds against it.</param>
/// <param name="Chain">What it holds against its chain.</param>
/// <param name="IsTrusted">Whether the client takes it, be it that its settings say so.</param>
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

    // The organisation says more than the name of one of its certificates.
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
