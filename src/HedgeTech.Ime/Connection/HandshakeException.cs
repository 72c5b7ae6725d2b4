using System.Net;

namespace HedgeTech.Ime.Connection;

/// <summary>A connection could not be opened.</summary>
internal sealed class HandshakeException(string message, HttpStatusCode? status, TimeSpan? retryAfter, Exception innerException)
    : Exception(message, innerException)
{
    /// <summary>What the server answered; null where there was no answer: name resolution, TCP, TLS, the proxy, or a time-out failed.</summary>
    internal HttpStatusCode? Status { get; } = status;

    /// <summary>How long the server asked to wait; null where it did not.</summary>
    internal TimeSpan? RetryAfter { get; } = retryAfter;
}
