namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>How receiving ended: by this client, by an exception, or, if neither is set, by a close frame of the server.</summary>
/// <param name="IsByThisClient">Whether this client aborted or disposed the connection.</param>
/// <param name="Failure">The exception of the socket, unchanged; null if it did not throw.</param>
internal sealed record ReceivingEnd(bool IsByThisClient, Exception? Failure);
