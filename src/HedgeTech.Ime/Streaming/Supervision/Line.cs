using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>One accepted connection that brings the contracts of a shard.</summary>
internal sealed class Line(LineSlot slot, AccessToken token, Moment openedAt)
{
    /// <summary>
    /// A line that was just accepted may still miss messages, as the service subscribes only then. After this time it does not, and what another
    /// still had on its way was sent since.
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

    /// <summary>Since when it is known to bring what the lines that it is to replace bring.</summary>
    public Moment? OverlapConfirmedAt { get; set; }

    /// <summary>Whether its messages pass the arbiter.</summary>
    public bool IsArbitrated { get; set; }

    /// <summary>When another line is to take its place because its token expires.</summary>
    public DateTimeOffset? RotateAt { get; set; }

    /// <summary>Since when another line of its shard has brought a message that it has not; null if it has brought something since.</summary>
    public Moment? StalledSince { get; set; }

    /// <summary>Whether its messages are not wanted: it was dropped or has ended.</summary>
    public bool IsOver => State >= LineState.Dropped;

    /// <summary>Whether it was asked to close, and has not ended yet.</summary>
    public bool IsClosing => State is LineState.Closing or LineState.ClosingAsMute or LineState.Dropped;

    /// <summary>Whether its end may leave a gap: it brings messages that are wanted, and no line that has taken its place lives.</summary>
    public bool IsNeeded => State != LineState.Dropped && _successor is null or { State: LineState.Over };

    /// <summary>Whether another line is opened, or open, to replace it.</summary>
    public bool IsBeingReplaced => Slot.Current == this && Slot.Replacing is not null;

    public void Prove() => IsProven = true;

    /// <summary>Asks for its end; what it brings until then still counts.</summary>
    /// <param name="successor">The line that has taken its place; null if its contracts are not wanted any longer.</param>
    public void Retire(Line? successor = null)
    {
        _successor = successor;
        Close(LineState.Closing);
    }

    /// <summary>Asks for its end, because it brings nothing and nothing could be opened beside it.</summary>
    public void CloseAsMute() => Close(LineState.ClosingAsMute);

    /// <summary>Asks for its end; what it brings until then is not wanted.</summary>
    public void Drop()
    {
        Close(LineState.Dropped);
        State = LineState.Dropped;
    }

    /// <summary>It has ended.</summary>
    /// <returns>Why, as it is to be reported.</returns>
    public ConnectionEnd EndedBy(ConnectionEnd end)
    {
        bool wasMute = State == LineState.ClosingAsMute;
        State = LineState.Over;
        return wasMute
            ? new ConnectionEnd(InterruptionReason.Silence, null, "It brought nothing, and the service takes no other connection beside it, so it was closed first.", null)
            : end;
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

    /// <summary>It is being closed, and what it still brings is not wanted.</summary>
    Dropped,

    /// <summary>It has ended.</summary>
    Over,
}
