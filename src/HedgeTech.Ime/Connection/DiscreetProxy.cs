using System.Diagnostics;
using System.Net;

namespace HedgeTech.Ime.Connection;

/// <summary>
/// A proxy whose address holds no user name and password. The platform puts the address into the messages of its exceptions;
/// so what is in it goes where the platform looks for it and shows it to nobody: into the credentials.
/// </summary>
internal sealed class DiscreetProxy(IWebProxy proxy) : IWebProxy, ICredentials
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile NetworkCredential? _fromAddress;

    // The platform asks for this once, before it has asked for any address; so this is what looks for them when they are needed.
    public ICredentials? Credentials
    {
        get => this;
        set => proxy.Credentials = value;
    }

    public NetworkCredential? GetCredential(Uri uri, string authType) => proxy.Credentials?.GetCredential(uri, authType) ?? _fromAddress;

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
