using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>What could not be read since the last event. It waits for the next one, also for that of another segment, because only that tells how long nothing could be read.</summary>
/// <param name="interruptions">Tells the consumer.</param>
/// <param name="onAnnounced">Called for each place.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class UnannouncedDamage(RecordingInterruptions interruptions, Action<SegmentFile, Damage> onAnnounced)
{
    private readonly List<(SegmentFile Segment, Damage Damage)> _places = [];

    public bool IsEmpty => _places.Count == 0;

    public void Add(SegmentFile segment, Damage damage) => _places.Add((segment, damage));

    /// <summary>Tells the consumer of each place.</summary>
    /// <param name="since">Since when nothing could be read, in UTC ticks.</param>
    /// <param name="next">When the record behind was received, in UTC ticks; 0 if there is none.</param>
    public void Announce(long since, long next)
    {
        foreach ((SegmentFile segment, Damage damage) in _places)
        {
            onAnnounced(segment, damage);
            interruptions.AddDamage(new DateTimeOffset(since, TimeSpan.Zero), new DateTimeOffset(Math.Max(since, next), TimeSpan.Zero), FormattableString.Invariant($"The recording is damaged in {segment.RelativePath}, bytes {damage.Offset} to {damage.Offset + damage.Length}: {damage.Reason}"));
        }

        _places.Clear();
    }
}
