using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Tells whether a segment continues the one read before, or why there is a gap.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentChain
{
    private SegmentName? _last;
    private bool _isEnded;

    /// <summary>A segment is read.</summary>
    /// <returns>Why nothing was recorded before it; null if there is no gap, or it is the first.</returns>
    public GapReason? Begin(SegmentFile segment, SegmentSummary begin)
    {
        SegmentName? last = _last;
        bool isEnded = _isEnded;
        (_last, _isEnded) = (segment.Name, false);
        if (last is null)
        {
            return null;
        }

        bool isNext = begin.Begin is { } known ? known.PredecessorId == last.Value.Id : segment.Name.Number == last.Value.Number + 1;
        return !isNext ? GapReason.Missing : !isEnded ? GapReason.Crashed : begin is { Begin: not null, Continues: false } ? GapReason.Stopped : null; // of a begin that cannot be read, the damage is all that can be said
    }

    /// <summary>The segment has been read.</summary>
    /// <param name="isEnded">Whether it was closed properly.</param>
    public void End(bool isEnded) => _isEnded = isEnded;
}
