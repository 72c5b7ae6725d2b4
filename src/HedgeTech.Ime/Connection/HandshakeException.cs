using System.Net;

namespace HedgeTech.Ime.Connection;

/// <summary>A connection could not be opened.</summary>
internal sealed class HandshakeException(string message, HttpStatusCode? status, TimeSpan? retryAfter, Exception innerException)
    : Exception(message, innerException)
{
    /// <summary>The status that the server answered; null if it did not answer: name resolution, TCP, TLS or the proxy failed, or the time ran out.</summary>
    internal HttpStatusCode? Status { get; } = status;

    /// <summary>How long the server asked to wait; null if it did not.</summary>
    internal TimeSpan? RetryAfter { get; } = retryAfter;
}
