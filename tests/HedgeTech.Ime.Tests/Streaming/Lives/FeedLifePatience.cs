using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Checks how long a feed tolerates refusals of contracts that it streamed before.</summary>
internal sealed class FeedLifePatience(FeedLife life, TimeSpan refusedFor)
{
    private readonly Dictionary<Shard, FeedLifeRefusals> _refusals = [];

    /// <summary>The number of times that a set continued to stream after many refusals. They would have been final if they had lasted longer.</summary>
    public int SurvivedRefusals { get; private set; }

    /// <summary>The number of times that a set that had streamed was finally refused.</summary>
    public int FinalRefusals { get; private set; }

    /// <summary>Reports that no connection was made.</summary>
    public void HandshakeFailed(LineSlot slot, AccessToken token, FeedLifeFailure failure)
    {
        LineAction? next = life.Report().Lines.HandshakeFailed(slot, token, failure.ToException(), life.Clock.Moment);
        if (failure == FeedLifeFailure.Refused && !slot.Shard.IsRetired)
        {
            Refused(slot.Shard, next);
        }
    }

    /// <summary>Reports that an accepted connection has ended, which may also be a refusal.</summary>
    public void LineEnded(Line line, ConnectionEnd end)
    {
        LineSlot slot = line.Slot;
        bool isRefused = end.CloseStatus == WebSocketCloseStatus.PolicyViolation && !line.IsProven;
        if (!isRefused)
        {
            Accepted(slot.Shard);
        }

        bool wasCurrent = life.Heart.End is null && !line.IsOver && slot.Current == line;
        LineAction? next = life.Report().Lines.LineEnded(line, end, life.Clock.Moment);
        if (isRefused && wasCurrent && slot.Current is null && !slot.Shard.IsRetired && slot.Shard.Slots.Contains(slot))
        {
            Refused(slot.Shard, next);
        }
    }

    /// <summary>Lets the halves of a shard inherit its refusals.</summary>
    public void Split(Shard shard, IEnumerable<Shard> halves)
    {
        foreach (Shard half in halves)
        {
            _refusals[half] = RefusalsOf(shard).Copy();
        }
    }

    /// <summary>Called when a connection of the shard is accepted, or ends for another reason than a refusal.</summary>
    private void Accepted(Shard shard) => SurvivedRefusals += RefusalsOf(shard).Accepted() ? 1 : 0;

    /// <summary>Called when a shard is refused and the supervisor has decided what to do.</summary>
    private void Refused(Shard shard, LineAction? next)
    {
        FeedLifeRefusals refusals = RefusalsOf(shard);
        if (shard.Lines.Exists(static line => line.IsProven))
        {
            FeedLifeConsumer.Require(next is not LineAction.Probe && life.Heart.End is null or { Failure: ImeConnectionException }, "a set is never finally refused while it streams");
            Accepted(shard);
            return;
        }

        refusals.Refused(life.Clock.Now);
        if (shard.WasProven && next is not LineAction.Open && life.Heart.End is not { Failure: ImeConnectionException })
        {
            bool isFinal = refusals.IsFinal(refusedFor, life.Clock.Now);
            FinalRefusals += isFinal ? 1 : 0;
            FeedLifeConsumer.Require(isFinal == (next is LineAction.Stop or LineAction.Probe), $"a set that has streamed is finally refused only if the refusals last: {isFinal}, but {next}");
        }
    }

    private FeedLifeRefusals RefusalsOf(Shard shard)
    {
        if (!_refusals.TryGetValue(shard, out FeedLifeRefusals? refusals))
        {
            _refusals[shard] = refusals = new FeedLifeRefusals();
        }

        return refusals;
    }
}
