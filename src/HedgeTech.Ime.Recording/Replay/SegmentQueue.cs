using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>The segments that are still to be read. A recording may be written to meanwhile, so the queue can be filled again.</summary>
/// <param name="list">Lists all segments of the recording in their order.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentQueue(Func<IReadOnlyList<SegmentFile>> list)
{
    private readonly Queue<SegmentFile> _segments = [];
    private SegmentName? _newest;

    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Adds the segments that were not there when the queue was filled the last time.</summary>
    public void Fill()
    {
        foreach (SegmentFile found in list().Where(found => _newest is not { } newest || found.Name.CompareTo(newest) > 0))
        {
            _segments.Enqueue(found);
            _newest = found.Name;
        }
    }

    /// <summary>Whether a segment is left, also one that has begun since the queue was filled.</summary>
    public bool HasMore()
    {
        Fill();
        return !IsEmpty;
    }

    public bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SegmentFile? segment) => _segments.TryDequeue(out segment);

    public bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SegmentFile? segment) => _segments.TryPeek(out segment);
}
