using HedgeTech.Ime.Recording.Format;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>
/// Reads one segment from a time on. Of a segment that is there twice, it reads the listed file until that turns out to be damaged. Only then does it compare the two, which
/// reads all of both, and goes on in the better one.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentCursor : IDisposable
{
    private const int Near = 2 * 1024 * 1024;

    private readonly long _from;
    private readonly Action<SegmentFile, Damage> _onDamage;
    private readonly List<Damage> _damage = []; // since the last record
    private RecordReader _reader;
    private uint _next; // the number of the first record that was not returned yet
    private bool _isCompared;

    private SegmentCursor(SegmentFile segment, long from, Action<SegmentFile, Damage> onDamage)
    {
        Segment = segment;
        _from = from;
        _onDamage = onDamage;
        (_reader, Summary) = OpenFile(segment);
        if (Summary.Begin is null)
        {
            TryOther();
        }
    }

    /// <summary>The file that is read.</summary>
    public SegmentFile Segment { get; private set; }

    /// <summary>What is known of the segment before its first record.</summary>
    public SegmentSummary Summary { get; private set; }

    /// <summary>After the last record: whether the segment was closed properly, as far as that can be known.</summary>
    public bool IsEnded { get; private set; }

    /// <inheritdoc cref="RecordReader.Tail"/>
    public Damage? Tail => _reader.Tail;

    /// <summary>Opens a segment at its begin, or at a mark before the time.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="from">Records before this time, in UTC ticks, are not wanted. Some may come nevertheless.</param>
    /// <param name="onDamage">Called for each place that cannot be read, before the record behind it is returned.</param>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    public static SegmentCursor Open(SegmentFile segment, long from, Action<SegmentFile, Damage> onDamage) => new(segment, from, onDamage);

    /// <summary>Reads the next record; false at the end of the segment.</summary>
    public bool TryRead(out Record record)
    {
        while (true)
        {
            if (_reader.TryRead(out record))
            {
                if (record.Header.Number < _next)
                {
                    _damage.Clear(); // the other file had this
                    continue;
                }

                if (_damage.Count > 0)
                {
                    if (TryOther())
                    {
                        continue;
                    }

                    ReportDamage();
                }

                _next = record.Header.Number + 1;
                return true;
            }

            if (_reader.IsEnded || !TryOther())
            {
                IsEnded = RecordingFolder.Read(Segment, file => file.WasEnded(_reader.IsEnded, _damage.Count > 0, _damage.Add), ifGone: false);
                ReportDamage();
                return false;
            }
        }
    }

    /// <inheritdoc cref="RecordReader.ReturnToTail"/>
    public void ReturnToTail() => _reader.ReturnToTail();

    public void Dispose() => _reader.Dispose();

    /// <summary>Goes on in the other file of the segment, if there is one that holds more. Asked once.</summary>
    private bool TryOther()
    {
        if (_isCompared)
        {
            return false;
        }

        _isCompared = true;
        SegmentFile other = Segment with { IsSealed = !Segment.IsSealed };
        if (!File.Exists(other.FullPath) || SegmentCheck.OfBest(Segment)?.File != other)
        {
            return false;
        }

        try
        {
            (RecordReader reader, SegmentSummary summary) = OpenFile(other);
            _reader.Dispose();
            _reader = reader;
            Segment = other;
            Summary = Summary.Begin is null ? summary : Summary;
            _damage.Clear();
            return true;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private void ReportDamage()
    {
        foreach (Damage damage in _damage)
        {
            _onDamage(Segment, damage);
        }

        _damage.Clear();
    }

    private (RecordReader Reader, SegmentSummary Summary) OpenFile(SegmentFile segment)
    {
        if (_from > 0)
        {
            (long start, SegmentSummary? summary) = segment.IsSealed ? SeekSealed(segment, _from) : SeekPlain(segment, _from);
            if (start > 0)
            {
                SegmentInput input = segment.IsSealed ? new SealedInput(segment.FullPath, start, _damage.Add) : new PlainInput(segment.FullPath, start);
                return (new RecordReader(input, segment.Name.Id, _damage.Add), summary!);
            }
        }

        return (segment.Read(_damage.Add), segment.SummarizeBegin());
    }

    private static (long Start, SegmentSummary? Summary) SeekSealed(SegmentFile segment, long from)
    {
        if (segment.ReadIndex() is not { } index)
        {
            return default;
        }

        int low = 0;
        int high = index.Blocks.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = index.Blocks[middle].MaxBefore < from ? (middle, high) : (low, middle);
        }

        return (low == 0 ? 0 : index.Blocks[low].Place, index.Summary);
    }

    private static (long Start, SegmentSummary? Summary) SeekPlain(SegmentFile segment, long from)
    {
        long low = 0;
        using SafeFileHandle file = PlainInput.Open(segment.FullPath);
        long high = RandomAccess.GetLength(file);
        while (high - low > Near)
        {
            long middle = (low + high) / 2;
            using RecordReader reader = new(new PlainInput(segment.FullPath, middle), segment.Name.Id, static _ => { });
            SegmentMark? mark = null;
            while (mark is null && reader.TryRead(out Record record))
            {
                mark = record.Header.Kind == RecordKind.Mark ? SegmentMark.Read(record.Payload) : null;
            }

            if (mark is not null && mark.Counts.MaxReceivedAt < from && middle + reader.RecordPosition < high)
            {
                low = middle + reader.RecordPosition;
            }
            else
            {
                high = middle;
            }
        }

        return (low, low == 0 ? null : segment.SummarizeBegin());
    }
}
