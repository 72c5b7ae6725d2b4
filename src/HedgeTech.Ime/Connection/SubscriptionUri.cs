using System.Text;

namespace HedgeTech.Ime.Connection;

/// <summary>Writes the address of a subscription: one of the two endpoints, and one query parameter per contract.</summary>
internal sealed class SubscriptionUri
{
    private const string RequestLineAround = "GET  HTTP/1.1";

    private readonly string _origin;
    private readonly string _path;
    private readonly string _parameter;

    /// <summary>An endpoint below the base address, whose own path is kept.</summary>
    internal SubscriptionUri(Uri baseAddress, string path, string parameter)
    {
        string scheme = baseAddress.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        Uri endpoint = new($"{scheme}://{baseAddress.Authority}{baseAddress.AbsolutePath.TrimEnd('/')}/{path.TrimStart('/')}");
        _origin = endpoint.GetLeftPart(UriPartial.Authority);
        _path = endpoint.PathAndQuery;
        _parameter = Uri.EscapeDataString(parameter) + "=";
    }

    /// <summary>The length of a request line without contracts.</summary>
    internal int EmptyRequestLineBytes => RequestLineAround.Length + _path.Length;

    /// <summary>By how much a contract lengthens the request line: escaped, all of it is ASCII.</summary>
    internal int BytesOf(ContractKey contract) => 1 + _parameter.Length + Uri.EscapeDataString(contract.Value).Length;

    /// <summary>The address that subscribes to the contracts.</summary>
    internal Uri For(ContractSet contracts)
    {
        StringBuilder uri = new(_origin + _path);
        char separator = _path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (ContractKey contract in contracts)
        {
            uri.Append(separator).Append(_parameter).Append(Uri.EscapeDataString(contract.Value));
            separator = '&';
        }

        // What is escaped here is final: names must arrive as they were given, so nobody is to canonicalise them.
        return new Uri(uri.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
