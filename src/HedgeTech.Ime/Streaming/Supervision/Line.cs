using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>One accepted connection that brings the contracts of a shard.</summary>
internal sealed class Line(LineSlot slot, AccessToken token, Moment openedAt)
{
    /// <summary>
    /// The service subscribes a client a moment after it has accepted the connection, so a new line may miss messages at first. After this time the line counts as
    /// subscribed, even if it has shown nothing.
    /// </summary>
    public static readonly TimeSpan LongestSubscribing = TimeSpan.FromSeconds(2);

    private Line? _successor;

    public LineSlot Slot { get; } = slot;

    public Shard Shard => Slot.Shard;

    public AccessToken Token { get; } = token;

    public Moment OpenedAt { get; } = openedAt;

    public LineState State { get; private set; }

    /// <summary>Whether it has brought a snapshot, or has lived for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
    public bool IsProven { get; private set; }

    /// <summary>When it first showed that it brings what the lines that it replaces bring; null if it has not.</summary>
    public Moment? OverlapConfirmedAt { get; set; }

    /// <summary>Whether its messages pass the arbiter.</summary>
    public bool IsArbitrated { get; set; }

    /// <summary>When another line replaces it because its token expires; null if never.</summary>
    public DateTimeOffset? RotateAt { get; set; }

    /// <summary>Since when another line of its shard has brought a message that it has not; null if it has brought something since.</summary>
    public Moment? StalledSince { get; set; }

    /// <summary>Whether its messages are ignored: it was dropped or has ended.</summary>
    public bool IsOver => State >= LineState.Dropped;

    /// <summary>Whether it was asked to close, and has not ended yet.</summary>
    public bool IsClosing => State is LineState.Closing or LineState.ClosingAsMute or LineState.Dropped;

    /// <summary>Whether it broke while it was being closed, so that nobody knows what it still had on its way.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Whether no line that has taken its place is still there.</summary>
    public bool IsNeeded => _successor is null or { State: LineState.Over };

    /// <summary>Whether another line that replaces it is being opened, or is open.</summary>
    public bool IsBeingReplaced => Slot.Current == this && Slot.Replacing is not null;

    public void Prove() => IsProven = true;

    /// <summary>Closes it. What it brings until its end still counts.</summary>
    /// <param name="successor">The line that has taken its place; null if its contracts are no longer wanted.</param>
    public void Retire(Line? successor = null)
    {
        _successor = successor;
        Close(LineState.Closing);
    }

    /// <summary>Closes it because it brings nothing and nothing could be opened beside it.</summary>
    public void CloseAsMute() => Close(LineState.ClosingAsMute);

    /// <summary>Closes it. What it brings until its end is ignored.</summary>
    public void Drop()
    {
        Close(LineState.Dropped);
        State = LineState.Dropped;
    }

    /// <summary>It has ended.</summary>
    /// <returns>The end to report.</returns>
    public ConnectionEnd EndedBy(ConnectionEnd end)
    {
        LineState before = State;
        State = LineState.Over;
        WasCut = before == LineState.Closing && !end.IsOrderly;
        return before switch
        {
            LineState.ClosingAsMute => new ConnectionEnd(InterruptionReason.Silence, null, "It brought nothing, and the service takes no other connection beside it, so it was closed first.", null),
            _ when WasCut => end with { Description = "Another connection replaced it, and it broke before the rest of its messages was read." },
            _ => end,
        };
    }

    private void Close(LineState closing)
    {
        if (State == LineState.Open)
        {
            State = closing;
            Slot.Close(this);
        }
    }
}

/// <summary>Where a line is in its life.</summary>
internal enum LineState
{
    /// <summary>It is open.</summary>
    Open,

    /// <summary>It is being closed because it is not needed. What it still brings counts.</summary>
    Closing,

    /// <summary>It is being closed because it brings nothing and nothing could be opened beside it.</summary>
    ClosingAsMute,

    /// <summary>It is being closed. What it still brings is ignored.</summary>
    Dropped,

    /// <summary>It has ended.</summary>
    Over,
}
