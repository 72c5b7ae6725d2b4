namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Redis cannot carry the relay, or not for this user. Trying again does not help. Users see an <see cref="InvalidOperationException"/>.</summary>
internal sealed class RelayRefusedException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
