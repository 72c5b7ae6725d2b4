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
    public void A_signal_after_the_read_of_its_snapshot_does_not_repeat_the_snapshot()
    {
        // The consumer has already read the newer snapshot before the feed signals it.
        _slot.Take(ScriptedSource.Snapshot("A", 1));
        _cursor.TryRead(out _).Should().BeTrue();
        _cursor.Signal();

        _cursor.TryRead(out _).Should().BeFalse();
    }
}
