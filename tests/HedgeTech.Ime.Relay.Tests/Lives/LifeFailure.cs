namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>Thrown when a reader sees an event that it must not see.</summary>
internal sealed class LifeFailure(string message) : Exception(message);
