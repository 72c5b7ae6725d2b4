using System.ComponentModel;
using System.Net;

namespace HedgeTech.Ime;

/// <summary>The client could not get a token: the login was refused, or it failed for now (<see cref="ImeException.IsTransient"/> is true).</summary>
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

    /// <summary>The HTTP status of the answer to the login; null if there was no answer.</summary>
    public HttpStatusCode? HttpStatus { get; }

    /// <summary>The same as <see cref="HttpStatus"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public HttpStatusCode? StatusCode => HttpStatus;

    /// <summary>The reason that the server gave; null if it gave none that is readable. Wire: <c>detail</c> in the answer.</summary>
    public string? Detail { get; }

    /// <summary>How long the server asked to wait before the next attempt; null if it did not. Wire: the header <c>Retry-After</c>.</summary>
    internal TimeSpan? RetryAfter { get; }
}
