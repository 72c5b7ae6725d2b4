namespace HedgeTech.Ime.Testing;

/// <summary>Something that goes wrong by itself: after a time, or on each connection after a number of messages.</summary>
/// <remarks>Immutable and thread-safe. Exactly one of <see cref="After"/> and <see cref="AfterMessages"/> is set.</remarks>
/// <param name="Kind">What goes wrong.</param>
public sealed record SimulatorFault(SimulatorFaultKind Kind)
{
    /// <summary>How long after the simulator started it happens, to every connection open then; by the simulator's clock.</summary>
    /// <value>Default: null.</value>
    public TimeSpan? After { get; init; }

    /// <summary>After exactly how many messages it happens to a connection.</summary>
    /// <value>Default: null.</value>
    public long? AfterMessages { get; init; }

    /// <summary>How often it happens in all: with <see cref="After"/> every so long again; with <see cref="AfterMessages"/> on so many connections.</summary>
    /// <value>Default: 1. <see cref="int.MaxValue"/> for always.</value>
    public int Times { get; init; } = 1;

    /// <summary>The status of the close frame, with <see cref="SimulatorFaultKind.Close"/>.</summary>
    /// <value>Default: 1011, what a server sends whose own ping went unanswered.</value>
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
