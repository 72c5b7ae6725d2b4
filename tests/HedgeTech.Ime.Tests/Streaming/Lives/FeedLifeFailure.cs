using System.Net;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>How the service fails to open a connection.</summary>
internal enum FeedLifeFailure
{
    Unreachable,
    Unavailable,
    Refused,
    Login,
    TooLong,
}

internal static class FeedLifeFailureExtensions
{
    /// <summary>Returns the exception that the client throws for a failure.</summary>
    public static HandshakeException ToException(this FeedLifeFailure failure) =>
        new("no", failure switch
        {
            FeedLifeFailure.Refused => HttpStatusCode.Forbidden,
            FeedLifeFailure.Unavailable => HttpStatusCode.ServiceUnavailable,
            FeedLifeFailure.TooLong => HttpStatusCode.RequestUriTooLong,
            _ => null,
        }, null, new HttpRequestException("no"));
}
