using HedgeTech.Ime.Recording.Writing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>When the receiving thread wakes the writer. Each wake-up costs both threads more than several messages do.</summary>
public sealed class RecordBufferTests
{
    private readonly Queue<RecordChunk> _taken = [];

    [Fact]
    public void While_messages_keep_coming_a_writer_that_gathers_is_not_woken_for_them()
    {
        RecordBuffer buffer = new(1024 * 1024, wakesOnBatch: false);
        buffer.MayIdle().Should().BeTrue();
        Add(buffer).Should().BeTrue("the writer is idle");

        for (int interval = 0; interval < 3; interval++)
        {
            buffer.MayGather().Should().BeTrue();
            Add(buffer).Should().BeFalse();
            Take(buffer);
            buffer.MayIdle().Should().BeFalse("the next message is likely to come soon");
        }

        buffer.MayGather();
        Take(buffer);
        buffer.MayIdle().Should().BeTrue("an interval has passed without a message");
        Add(buffer).Should().BeTrue();
    }

    [Fact]
    public void A_writer_that_gathers_is_woken_early_when_a_quarter_of_the_room_is_used()
    {
        RecordBuffer buffer = new(1000, wakesOnBatch: false);
        buffer.MayGather().Should().BeTrue();
        Add(buffer, bytes: 200).Should().BeFalse();
        Add(buffer, bytes: 200).Should().BeTrue();

        buffer.MayGather().Should().BeFalse("the room is still used");
        Take(buffer);
        buffer.MayGather().Should().BeTrue();
    }

    [Fact]
    public void A_writer_that_does_not_gather_is_woken_once_for_each_batch()
    {
        RecordBuffer buffer = new(1024 * 1024, wakesOnBatch: true);
        for (int batch = 0; batch < 3; batch++)
        {
            buffer.MayIdle().Should().BeTrue();
            Add(buffer).Should().BeFalse();
            Add(buffer).Should().BeFalse();
            buffer.EndBatch(out long added).Should().BeTrue();
            added.Should().Be(2 * (batch + 1));
            Take(buffer);
        }
    }

    private static bool Add(RecordBuffer buffer, int bytes = 10) => buffer.AddEvent(1, new byte[bytes]);

    private void Take(RecordBuffer buffer)
    {
        buffer.Take(_taken);
        while (_taken.TryDequeue(out RecordChunk? chunk))
        {
            buffer.Release(chunk);
        }
    }
}
