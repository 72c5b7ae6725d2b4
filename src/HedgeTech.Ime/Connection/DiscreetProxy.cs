using System.Diagnostics;
using System.Net;
using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime.Connection;

/// <summary>
/// A proxy whose address contains no user name or password. The platform puts the address into the messages of its exceptions, but never the credentials.
/// So the user name and the password of the address become credentials.
/// </summary>
internal sealed class DiscreetProxy(IWebProxy proxy) : IWebProxy, ICredentials
{
    /// <summary>Hides the password of the proxy where a proxy or the platform repeats it.</summary>
    internal Redactor Redactor { get; } = new();

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile NetworkCredential? _fromAddress;

    /// <summary>Wraps the proxy that was given, or else that of the environment or the operating system, which the platform would use anyway and show.</summary>
    internal static DiscreetProxy Of(IWebProxy? given) => new(given ?? HttpClient.DefaultProxy);

    // The platform asks for this once, before it has asked for any address. So this object looks for the credentials when they are needed.
    public ICredentials? Credentials
    {
        get => this;
        set => proxy.Credentials = value;
    }

    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        NetworkCredential? credential = proxy.Credentials?.GetCredential(uri, authType) ?? _fromAddress;
        Redactor.Hide(credential?.Password);
        return credential;
    }

    /// <summary>The user name and password in the address of the proxy for a destination, still percent-encoded; empty if there are none.</summary>
    internal string UserInfoFor(Uri destination) => proxy.IsBypassed(destination) ? "" : proxy.GetProxy(destination)?.UserInfo ?? "";

    public Uri? GetProxy(Uri destination)
    {
        Uri? address = proxy.GetProxy(destination);
        if (address is null || address.UserInfo.Length == 0)
        {
            return address;
        }

        string[] parts = address.UserInfo.Split(':', 2);
        _fromAddress = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
        return new UriBuilder(address) { UserName = "", Password = "" }.Uri;
    }

    public bool IsBypassed(Uri host) => proxy.IsBypassed(host);
}
