using HedgeTech.Ime.Recording.Format;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>What the writer has taken out of the buffer and could not write: counted, reported, and noted in the recording as soon as that can be written.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed partial class LostRecords(RecordBuffer buffer, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private LossNote _unnoted;
    private long _unnotedAt; // the latest time of what is not noted, in UTC ticks
    private long _told;
    private long _toldAt;

    /// <summary>Whether the recording says all that is missing.</summary>
    public bool AreNoted => _unnoted.IsNone;

    /// <summary>Records that will not be written any more.</summary>
    public void Add(ReadOnlySpan<byte> records)
    {
        LossNote loss = LossNote.Of(records, out LossNote noted, out long lastAt);
        Add(loss, noted, lastAt);
    }

    /// <summary>A segment that has vanished.</summary>
    public LossNote Add(in SegmentCounts segment)
    {
        LossNote loss = new(segment.Snapshots, segment.Events);
        Add(loss, new LossNote(segment.LostSnapshots, segment.LostEvents), segment.MaxReceivedAt);
        return loss;
    }

    /// <summary>Writes down what is missing, if anything is.</summary>
    public void NoteIn(SegmentWriter segment)
    {
        if (!_unnoted.IsNone)
        {
            segment.WriteLoss(_unnoted, _unnotedAt);
            (_unnoted, _unnotedAt) = (default, 0);
        }
    }

    /// <summary>Logs what has been lost since the last time, at once the first time, then after some seconds.</summary>
    /// <param name="isLast">Whether this is the last time.</param>
    public void Tell(bool isLast)
    {
        long lost = buffer.Lost;
        if (lost > _told && (isLast || _told == 0 || time.GetElapsedTime(_toldAt) >= Interval))
        {
            LogLost(logger, lost - _told);
            (_told, _toldAt) = (lost, time.GetTimestamp());
        }
    }

    /// <param name="loss">What is lost now.</param>
    /// <param name="noted">What was lost and counted before, and is lost with its note.</param>
    /// <param name="at">The latest time of it, in UTC ticks.</param>
    private void Add(LossNote loss, LossNote noted, long at)
    {
        buffer.AddLoss(loss);
        _unnoted += loss + noted;
        _unnotedAt = Math.Max(_unnotedAt, at);
    }
}
