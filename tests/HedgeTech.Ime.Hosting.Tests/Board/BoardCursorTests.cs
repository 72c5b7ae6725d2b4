using System.Threading.Channels;
using HedgeTech.Ime.Hosting.Board;

namespace HedgeTech.Ime.Hosting.Tests.Board;

public sealed class BoardCursorTests
{
    private readonly Channel<BoardCursor> _queue = Channel.CreateUnbounded<BoardCursor>();
    private readonly BoardSlot _slot = new(ContractKey.Name("A"));
    private readonly BoardCursor _cursor;

    public BoardCursorTests()
    {
        _cursor = new BoardCursor(_slot, _queue.Writer);
        _slot.Attach(_cursor);
    }

    [Fact]
    public void A_contract_is_in_the_queue_at_most_once()
    {
        for (int i = 0; i < 100; i++)
        {
            _slot.Take(ScriptedSource.Snapshot("A", i));
        }

        _queue.Reader.Count.Should().Be(1);
        _cursor.TryRead(out MarketSnapshot? newest).Should().BeTrue();
        newest!.LastPrice.Should().Be(99);
    }

    [Fact]
    public void A_signal_that_crosses_a_read_brings_no_snapshot_twice()
    {
        // The reader has seen the newer snapshot already when the feed gets to telling of it.
        _slot.Take(ScriptedSource.Snapshot("A", 1));
        _cursor.TryRead(out _).Should().BeTrue();
        _cursor.Signal();

        _cursor.TryRead(out _).Should().BeFalse();
    }
}
