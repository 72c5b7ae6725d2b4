namespace HedgeTech.Ime.Tests.Connection;

/// <summary>A request as the peer received it.</summary>
internal sealed record RawRequest(string Line, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public string Target => Line.Split(' ')[1];

    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The headers that a service could use to fingerprint a client: all except those that HTTP needs for this request.</summary>
    public string Fingerprint() =>
        string.Join("\n", Headers
            .Where(static header => !header.Key.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase))
            .Where(static header => header.Key.ToUpperInvariant() is not ("HOST" or "CONNECTION" or "UPGRADE" or "CONTENT-TYPE" or "CONTENT-LENGTH" or "AUTHORIZATION"))
            .Select(static header => $"{header.Key}: {header.Value}")
            .Order(StringComparer.Ordinal));
}
