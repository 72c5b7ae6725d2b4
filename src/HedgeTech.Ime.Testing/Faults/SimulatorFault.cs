namespace HedgeTech.Ime.Testing;

/// <summary>A scheduled fault: after a time, or on each connection after a number of messages.</summary>
/// <remarks>Immutable and thread-safe. Exactly one of <see cref="After"/> and <see cref="AfterMessages"/> is set.</remarks>
/// <param name="Kind">The kind of fault.</param>
public sealed record SimulatorFault(SimulatorFaultKind Kind)
{
    /// <summary>How long after the start of the simulator the fault happens, by the simulator's clock. It affects every connection that is open then.</summary>
    /// <value>Default: null.</value>
    public TimeSpan? After { get; init; }

    /// <summary>After exactly how many messages the fault happens on a connection.</summary>
    /// <value>Default: null.</value>
    public long? AfterMessages { get; init; }

    /// <summary>How often the fault happens in total: with <see cref="After"/>, repeated at this interval; with <see cref="AfterMessages"/>, on this number of connections.</summary>
    /// <value>Default: 1. <see cref="int.MaxValue"/> for no limit.</value>
    public int Times { get; init; } = 1;

    /// <summary>The status of the close frame, with <see cref="SimulatorFaultKind.Close"/>.</summary>
    /// <value>Default: 1011, which a server sends when its own ping was not answered.</value>
    public int CloseStatus { get; init; } = 1011;

    /// <summary>The reason in the close frame, with <see cref="SimulatorFaultKind.Close"/>.</summary>
    /// <value>Default: <c>keepalive ping timeout</c>.</value>
    public string CloseReason { get; init; } = "keepalive ping timeout";

    internal void Validate()
    {
        if ((After is null) == (AfterMessages is null))
        {
            throw new ArgumentException($"The fault {Kind} needs either After or AfterMessages.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(After ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(After));
        ArgumentOutOfRangeException.ThrowIfLessThan(AfterMessages ?? 1, 1, nameof(AfterMessages));
        ArgumentOutOfRangeException.ThrowIfLessThan(Times, 1);
    }
}
