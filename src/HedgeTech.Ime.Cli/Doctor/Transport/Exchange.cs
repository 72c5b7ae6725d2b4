using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>One request and its answer: the parts of the answer that show who gave it, and nothing of what was sent.</summary>
/// <param name="Kind">The purpose of the request.</param>
/// <param name="Family">The address family of the connection; null if there was none.</param>
/// <param name="Status">The status of the answer; null if there was none.</param>
internal sealed record Exchange(RequestKind Kind, AddressFamily? Family, HttpStatusCode? Status)
{
    /// <summary>The server's clock in the answer, to the second.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long the answer took, which is the uncertainty of the clock.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>The header <c>Server</c>.</summary>
    public string? Server { get; init; }

    /// <summary>The header <c>Via</c>, in which proxies name themselves.</summary>
    public string? Via { get; init; }

    /// <summary>Whether the answer is a web page, which the service itself never sends.</summary>
    public bool IsPage { get; init; }

    /// <summary>How long the answer asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The host of a redirect.</summary>
    public string? RedirectHost { get; init; }
}
