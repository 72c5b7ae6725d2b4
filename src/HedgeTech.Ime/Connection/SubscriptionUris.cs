using System.Text;

namespace HedgeTech.Ime.Connection;

/// <summary>Writes the addresses of subscriptions: the endpoint for names or the one for ids, and one query parameter per contract.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SubscriptionUris(Uri baseAddress, ConnectionOptions options)
{
    private const string RequestLineAround = "GET  HTTP/1.1";

    private readonly Endpoint _names = Endpoint.Below(baseAddress, options.NamePath, options.NameParameter);
    private readonly Endpoint _ids = Endpoint.Below(baseAddress, options.IdPath, options.IdParameter);

    /// <summary>Returns the address that subscribes to the contracts, which must be of one kind.</summary>
    internal Uri For(ContractSet contracts)
    {
        Endpoint endpoint = EndpointOf(contracts.First().Kind);
        StringBuilder uri = new(endpoint.Origin + endpoint.Path);
        char separator = endpoint.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (ContractKey contract in contracts)
        {
            uri.Append(separator).Append(endpoint.Parameter).Append(Uri.EscapeDataString(contract.Value));
            separator = '&';
        }

        // Names must arrive unchanged. They are escaped here, and nothing may change the escapes.
        return new Uri(uri.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>The length of a request line without contracts, in bytes and without its line break.</summary>
    internal int EmptyRequestLineBytes(ContractKeyKind kind) => RequestLineAround.Length + EndpointOf(kind).Path.Length;

    /// <summary>Returns how many bytes a contract adds to a request line. Escaped, it is ASCII.</summary>
    internal int BytesOf(ContractKey contract) => 1 + EndpointOf(contract.Kind).Parameter.Length + Uri.EscapeDataString(contract.Value).Length;

    /// <summary>The length of the request line that subscribes to contracts of one kind, in bytes and without its line break.</summary>
    internal int RequestLineBytes(ContractSet contracts) => EmptyRequestLineBytes(contracts.First().Kind) + contracts.Sum(BytesOf);

    private Endpoint EndpointOf(ContractKeyKind kind) => kind == ContractKeyKind.Name ? _names : _ids;

    /// <param name="Origin">Scheme and authority.</param>
    /// <param name="Path">With its query, if it has one.</param>
    /// <param name="Parameter">The name of the query parameter, escaped, and its equals sign.</param>
    private sealed record Endpoint(string Origin, string Path, string Parameter)
    {
        /// <summary>An endpoint below the base address, whose own path is kept.</summary>
        public static Endpoint Below(Uri baseAddress, string path, string parameter)
        {
            string scheme = baseAddress.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
            Uri endpoint = new($"{scheme}://{baseAddress.Authority}{baseAddress.AbsolutePath.TrimEnd('/')}/{path.TrimStart('/')}");
            return new Endpoint(endpoint.GetLeftPart(UriPartial.Authority), endpoint.PathAndQuery, Uri.EscapeDataString(parameter) + "=");
        }
    }
}
