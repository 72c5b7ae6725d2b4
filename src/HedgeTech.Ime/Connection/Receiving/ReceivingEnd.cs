namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>How receiving ended: by this client, by an exception, or, if neither is set, by a close frame of the server.</summary>
/// <param name="IsByThisClient">Whether this client aborted or disposed of the connection.</param>
/// <param name="Failure">What the socket threw, as it is; null if it threw nothing.</param>
internal sealed record ReceivingEnd(bool IsByThisClient, Exception? Failure);
