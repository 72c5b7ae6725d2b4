using System.Net;
using System.Net.WebSockets;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests the text of events.</summary>
public sealed class FeedEventTextTests
{
    private static readonly ContractSet Contracts = ContractSet.ByName("SAFAB03", "ETCDY03");

    public static TheoryData<FeedEvent, string> Events => new()
    {
        { new FeedConnected { Connection = 1, Contracts = Contracts }, "connection 1 accepted: SAFAB03, ETCDY03" },
        {
            new FeedInterrupted { Connection = 2, Contracts = Contracts, Reason = InterruptionReason.Closed, CloseStatus = WebSocketCloseStatus.EndpointUnavailable, Description = "restart", Exception = new IOException("at System.Net") },
            "connection 2 interrupted: Closed, close status 1001, SAFAB03, ETCDY03. restart"
        },
        {
            new FeedInterrupted { Connection = 2, Contracts = Contracts, Reason = InterruptionReason.ConnectFailed, HttpStatus = HttpStatusCode.BadGateway },
            "connection 2 interrupted: ConnectFailed, HTTP 502, SAFAB03, ETCDY03."
        },
        { new FeedResumed { Connection = 1, Contracts = Contracts, Gap = TimeSpan.FromSeconds(1.25), Attempts = 1 }, "connection 1 resumed after 1.25 s and 1 attempt: SAFAB03, ETCDY03" },
        { new FeedResumed { Connection = 1, Contracts = Contracts, Gap = TimeSpan.FromSeconds(1.25), Attempts = 3 }, "connection 1 resumed after 1.25 s and 3 attempts: SAFAB03, ETCDY03" },
        { new FeedSilent { Connection = 1, Contracts = Contracts, Silence = TimeSpan.FromSeconds(60) }, "connection 1 silent for 60 s: SAFAB03, ETCDY03" },
        { new SnapshotsDropped { Count = 1 }, "1 snapshot dropped" },
        { new SnapshotsDropped { Count = 12345 }, "12345 snapshots dropped" },
        { new FrameRejected { Reason = "it is empty", ByteOffset = 3 }, "message of 0 bytes rejected: it is empty (at byte 3)" },
    };

    [Theory]
    [MemberData(nameof(Events), DisableDiscoveryEnumeration = true)]
    public void An_event_is_one_line_without_a_stack(FeedEvent feedEvent, string text) => feedEvent.ToString().Should().Be(text);
}
