using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <content>Sets that streamed before are refused for shorter or longer than the feed has patience.</content>
internal sealed partial class FeedLife
{
    private readonly Dictionary<Shard, FeedLifeRefusals> _refusals = [];
    private readonly TimeSpan _refusedFor;

    /// <summary>How often a set streamed on after so many refusals that it would have been given up, had they lasted.</summary>
    public int SurvivedRefusals { get; private set; }

    /// <summary>How often a set that streamed before was finally refused.</summary>
    public int FinalRefusals { get; private set; }

    /// <summary>Reports that no connection was made.</summary>
    public void HandshakeFailed(LineSlot slot, AccessToken token, FeedLifeFailure failure)
    {
        LineAction? next = Report().HandshakeFailed(slot, token, failure.ToException(), Moment);
        if (failure == FeedLifeFailure.Refused && !slot.Shard.IsRetired)
        {
            Refused(slot.Shard, next);
        }
    }

    /// <summary>Reports that an accepted connection has ended, which may be a refusal too.</summary>
    public void LineEnded(Line line, ConnectionEnd end)
    {
        LineSlot slot = line.Slot;
        bool isRefused = end.CloseStatus == WebSocketCloseStatus.PolicyViolation && !line.IsProven;
        if (!isRefused)
        {
            Accepted(slot.Shard);
        }

        bool wasCurrent = Heart.End is null && !line.IsOver && slot.Current == line;
        LineAction? next = Report().LineEnded(line, end, Moment);
        if (isRefused && wasCurrent && slot.Current is null && !slot.Shard.IsRetired && slot.Shard.Slots.Contains(slot))
        {
            Refused(slot.Shard, next);
        }
    }

    /// <summary>A connection of the shard was accepted, or ended otherwise than by a refusal.</summary>
    private void Accepted(Shard shard) => SurvivedRefusals += RefusalsOf(shard).Accepted() ? 1 : 0;

    /// <summary>A shard was refused, and the supervisor said what to do.</summary>
    private void Refused(Shard shard, LineAction? next)
    {
        FeedLifeRefusals refusals = RefusalsOf(shard);
        if (shard.Lines.Exists(static line => line.IsProven))
        {
            FeedLifeConsumer.Require(next is not LineAction.Probe && Heart.End is null or { Failure: ImeConnectionException }, "nothing is finally refused while it is being streamed");
            Accepted(shard);
            return;
        }

        refusals.Refused(Now);
        if (shard.WasProven && next is not LineAction.Open && Heart.End is not { Failure: ImeConnectionException })
        {
            bool isFinal = refusals.IsFinal(_refusedFor, Now);
            FinalRefusals += isFinal ? 1 : 0;
            FeedLifeConsumer.Require(isFinal == (next is LineAction.Stop or LineAction.Probe), $"a set that streamed is finally refused when that lasts: {isFinal}, but {next}");
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
