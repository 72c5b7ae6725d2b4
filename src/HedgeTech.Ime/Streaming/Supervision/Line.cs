using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>One accepted connection that carries the contracts of a shard. What the supervisor wants of it, it asks for by completing a task.</summary>
internal sealed class Line(LineSlot slot, AccessToken token, Moment openedAt)
{
    /// <summary>
    /// A line that was just accepted may still miss messages, as the service subscribes only then. After this time it does not, and what another
    /// still had on its way was sent since.
    /// </summary>
    public static readonly TimeSpan LongestSubscribing = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _proven = NewSignal();
    private readonly TaskCompletionSource _closing = NewSignal();
    private TaskCompletionSource _replacement = NewSignal();

    public LineSlot Slot { get; } = slot;

    public Shard Shard => Slot.Shard;

    public AccessToken Token { get; } = token;

    public Moment OpenedAt { get; } = openedAt;

    /// <summary>Whether it has brought a snapshot, or has lived for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Since when it is known to bring what the lines that it is to replace bring.</summary>
    public Moment? OverlapConfirmedAt { get; set; }

    /// <summary>Whether its messages pass the arbiter.</summary>
    public bool IsArbitrated { get; set; }

    /// <summary>When another line is to take its place because its token expires.</summary>
    public DateTimeOffset? RotateAt { get; set; }

    /// <summary>Since when another line of its shard has brought a message that it has not; null if it has brought something since.</summary>
    public Moment? StalledSince { get; set; }

    /// <summary>Whether it is being closed as it is not needed any more. What it still brings counts.</summary>
    public bool IsRetiring { get; private set; }

    /// <summary>Whether it is being closed because it brings nothing and nothing could be opened beside it.</summary>
    public bool IsClosedAsMute { get; private set; }

    /// <summary>Whether it has ended: what its reader may still bring is not wanted.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether its end is asked for.</summary>
    public bool IsClosing => _closing.Task.IsCompleted;

    /// <summary>Done when it is proven.</summary>
    public Task Proven => _proven.Task;

    /// <summary>Done when another line is wanted in its place.</summary>
    public Task ReplacementWanted => _replacement.Task;

    /// <summary>Done when it is to be closed.</summary>
    public Task CloseWanted => _closing.Task;

    public void Prove()
    {
        IsProven = true;
        _proven.TrySetResult();
    }

    public void AskForReplacement() => _replacement.TrySetResult();

    /// <summary>The request is being answered; the next one is waited for.</summary>
    public void ReplacementBegins() => _replacement = NewSignal();

    /// <summary>Asks for its end; what it brings until then still counts.</summary>
    public void Retire()
    {
        IsRetiring = true;
        _closing.TrySetResult();
    }

    /// <summary>Asks for its end, because it brings nothing and nothing could be opened beside it.</summary>
    public void CloseAsMute()
    {
        IsClosedAsMute = true;
        Retire();
    }

    /// <summary>It has ended.</summary>
    /// <returns>Why, as it is to be reported.</returns>
    public ConnectionEnd EndedBy(ConnectionEnd end)
    {
        IsOver = true;
        return IsClosedAsMute
            ? new ConnectionEnd(InterruptionReason.Silence, null, "It brought nothing, and the service takes no other connection beside it, so it was closed first.", null)
            : end;
    }

    /// <summary>Asks for its end; what it brings until then is not wanted.</summary>
    public void Drop()
    {
        IsOver = true;
        _closing.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
