using System.Threading.Channels;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// The place of one line of a shard. A shard has one slot, or several with <see cref="FeedOptions.Redundancy"/>, whose lines bring the same. Lines come and go;
/// the slot stays, and keeps what is known of its attempts.
/// </summary>
internal sealed class LineSlot(Shard shard, int index)
{
    private readonly Channel<LineAction> _actions = Channel.CreateUnbounded<LineAction>(new UnboundedChannelOptions { SingleReader = true });

    public Shard Shard { get; } = shard;

    /// <summary>The index of the slot in its shard, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>What the shell has to do for the slot, in order. Thread-safe.</summary>
    public ChannelReader<LineAction> Actions => _actions.Reader;

    public LineSlotState State { get; private set; }

    /// <summary>The line that holds the place.</summary>
    public Line? Current { get; private set; }

    /// <summary>The line that replaces the current one, while both are open.</summary>
    public Line? Replacement { get; private set; }

    /// <summary>Why the current line is being replaced; null if it is not.</summary>
    public ReplacementReason? Replacing { get; private set; }

    /// <summary>When its next line opens, or started to open; null if none is under way.</summary>
    public Moment? OpensAt { get; set; }

    /// <summary>Whether a line of it was ever accepted.</summary>
    public bool WasConnected { get; private set; }

    /// <summary>Attempts to connect since the last proof.</summary>
    public int Attempts { get; private set; }

    /// <summary>The last refusal, while a probe finds out which contracts are at fault.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>A token that is known to be stale: the next attempt needs a newer one.</summary>
    public AccessToken? StaleToken { get; set; }

    public bool IsOpening => State is LineSlotState.Opening or LineSlotState.OpeningReplacement;

    /// <summary>Takes over what is known of the attempts of another slot, whose shard was split.</summary>
    public void Inherit(LineSlot other) => (Attempts, StaleToken, WasConnected) = (other.Attempts, other.StaleToken, other.WasConnected);

    /// <summary>The slot is redundant, so it opens a line when another of its shard is accepted.</summary>
    public void AwaitFirst() => State = LineSlotState.AwaitingFirst;

    public LineAction Wait(TimeSpan? retryAfter)
    {
        State = LineSlotState.Waiting;
        return Post(new LineAction.Wait(IsFirst: Attempts == 0, retryAfter));
    }

    public LineAction StartAttempt(TimeSpan after)
    {
        Attempts++;
        return Open(after);
    }

    /// <summary>Opens a line that belongs to the attempt under way.</summary>
    public LineAction Open(TimeSpan after)
    {
        State = LineSlotState.Opening;
        return Post(new LineAction.Open(after, StaleToken, null));
    }

    /// <summary>Opens a line beside the current one, to replace it.</summary>
    public LineAction OpenReplacement(ReplacementReason reason, TimeSpan after)
    {
        State = LineSlotState.OpeningReplacement;
        Replacing = reason;
        return Post(new LineAction.Open(after, reason == ReplacementReason.Rotation ? Current!.Token : null, Current));
    }

    /// <summary>The line could not be opened, or is no longer wanted.</summary>
    public void EndOpening()
    {
        OpensAt = null;
        if (IsOpening)
        {
            State = Current is null ? LineSlotState.Idle : LineSlotState.Open;
        }
    }

    /// <summary>A line was accepted: it becomes the current line, or the replacement of the one there is.</summary>
    public void Accepted(Line line)
    {
        OpensAt = null;
        WasConnected = true;
        if (Current is null)
        {
            (Current, State) = (line, LineSlotState.Open);
        }
        else
        {
            (Replacement, State) = (line, LineSlotState.Overlapping);
        }
    }

    /// <summary>A line is proven: only this resets the attempts.</summary>
    public void Proven()
    {
        Attempts = 0;
        StaleToken = null;
    }

    /// <summary>The new line could not be opened, or has ended. The old one stays, if it has not ended too.</summary>
    public void DropReplacement()
    {
        (Replacement, Replacing) = (null, null);
        if (Current is not null)
        {
            State = LineSlotState.Open;
        }
    }

    /// <summary>The new line takes the place of the old one, which is closed.</summary>
    public void TakeOver()
    {
        Current!.Retire(Replacement);
        DropCurrent();
        Replacing = null;
    }

    /// <summary>The current line has ended. The new one takes its place, if there is one.</summary>
    /// <returns>The action that cancels the new one if it is still being opened.</returns>
    public LineAction? DropCurrent()
    {
        bool wasOpening = IsOpening;
        (Current, Replacement) = (Replacement, null);
        State = Current is null ? LineSlotState.Idle : LineSlotState.Open;
        return wasOpening ? Post(new LineAction.Cancel()) : null;
    }

    public LineAction Split()
    {
        State = LineSlotState.Over;
        return Post(new LineAction.Split());
    }

    /// <summary>Finds out which contracts are refused.</summary>
    public LineAction Probe()
    {
        State = LineSlotState.Probing;
        return Post(new LineAction.Probe(Refusal!.CameAfterAccept));
    }

    public LineAction Stop()
    {
        State = LineSlotState.Over;
        return Post(new LineAction.Stop());
    }

    public void Close(Line line) => Post(new LineAction.Close(line));

    private LineAction Post(LineAction action)
    {
        _actions.Writer.TryWrite(action);
        return action;
    }
}

/// <summary>What a slot does.</summary>
internal enum LineSlotState
{
    /// <summary>Nothing: it has not started, or what comes next is being decided.</summary>
    Idle,

    /// <summary>It is redundant, and waits until another line of its shard is accepted.</summary>
    AwaitingFirst,

    /// <summary>It waits before the next attempt.</summary>
    Waiting,

    /// <summary>It opens a line.</summary>
    Opening,

    /// <summary>It finds out which contracts are refused.</summary>
    Probing,

    /// <summary>A line is open.</summary>
    Open,

    /// <summary>A line is open, and another is being opened to replace it.</summary>
    OpeningReplacement,

    /// <summary>Two lines are open, of which the newer is about to replace the older.</summary>
    Overlapping,

    /// <summary>It opens no more lines.</summary>
    Over,
}
