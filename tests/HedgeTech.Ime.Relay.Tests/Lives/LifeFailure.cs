namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A reader saw what it must not see.</summary>
internal sealed class LifeFailure(string message) : Exception(message);
