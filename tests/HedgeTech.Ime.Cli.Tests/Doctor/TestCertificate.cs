using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Creates certificates that are invalid for one reason each.</summary>
internal static class TestCertificate
{
    public static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

    /// <summary>Creates a certificate for the host or address, self-signed or issued by the named authority.</summary>
    public static X509Certificate2 Create(string host, string? authority = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        DateTimeOffset from = notBefore ?? Yesterday;
        DateTimeOffset to = notAfter ?? Yesterday.AddYears(1);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(Name(host), key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = authority is null ? request.CreateSelfSigned(from, to) : Sign(request, key, authority, from, to);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 Sign(CertificateRequest request, ECDsa key, string authority, DateTimeOffset from, DateTimeOffset to)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest root = new(Name(authority), authorityKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 issuer = root.CreateSelfSigned(from.AddDays(-1), to.AddDays(1));
        using X509Certificate2 signed = request.Create(issuer, from, to, [1, 2, 3, 4, 5, 6, 7, 8]);
        return signed.CopyWithPrivateKey(key);
    }

    private static X500DistinguishedName Name(string name)
    {
        X500DistinguishedNameBuilder builder = new();
        builder.AddCommonName(name);
        return builder.Build();
    }
}
