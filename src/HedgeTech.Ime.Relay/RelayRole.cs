namespace HedgeTech.Ime.Relay;

/// <summary>What a <c>RelayPublisher</c> does at the moment.</summary>
public enum RelayRole
{
    /// <summary>Another publisher leads, or none; this one waits to lead.</summary>
    Standby,

    /// <summary>This publisher writes to Redis what it receives.</summary>
    Leading,
}
