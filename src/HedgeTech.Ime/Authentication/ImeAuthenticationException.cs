using System.ComponentModel;
using System.Net;

namespace HedgeTech.Ime;

/// <summary>No token could be had: the login was refused (final), or failed for now (<see cref="ImeException.IsTransient"/>).</summary>
public sealed class ImeAuthenticationException : ImeException
{
    internal ImeAuthenticationException(
        string message,
        bool isTransient,
        HttpStatusCode? statusCode = null,
        string? detail = null,
        TimeSpan? retryAfter = null,
        Exception? innerException = null)
        : base(message, isTransient, innerException)
    {
        HttpStatus = statusCode;
        Detail = detail;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status of the answer to the login; null where there was no answer.</summary>
    public HttpStatusCode? HttpStatus { get; }

    /// <summary>Another name of <see cref="HttpStatus"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public HttpStatusCode? StatusCode => HttpStatus;

    /// <summary>What the server said of it; null where it said nothing readable. Wire: <c>detail</c> of the answer.</summary>
    public string? Detail { get; }

    /// <summary>How long the server asked to wait before the next try. Wire: the header <c>Retry-After</c>.</summary>
    internal TimeSpan? RetryAfter { get; }
}
