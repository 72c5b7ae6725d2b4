using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>One request and what came of it: of the answer what tells who gave it, and nothing of what was sent.</summary>
/// <param name="Kind">What it was for.</param>
/// <param name="Family">The address family of the connection that it left by; null where there was none.</param>
/// <param name="Status">The status of the answer; null where there was none.</param>
internal sealed record Exchange(RequestKind Kind, AddressFamily? Family, HttpStatusCode? Status)
{
    /// <summary>The server's clock as the answer said it, to the second.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long the answer took, of which the clock's reading is uncertain.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>The header <c>Server</c>.</summary>
    public string? Server { get; init; }

    /// <summary>The header <c>Via</c>, by which proxies say that they were there.</summary>
    public string? Via { get; init; }

    /// <summary>Whether the answer is a web page: the service itself sends none.</summary>
    public bool IsPage { get; init; }

    /// <summary>How long the answer asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The host that a redirect leads to.</summary>
    public string? RedirectHost { get; init; }
}
