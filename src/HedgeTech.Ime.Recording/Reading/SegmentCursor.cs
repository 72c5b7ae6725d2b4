using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>
/// Reads one segment from a time on. Of a segment that is there twice, it reads the listed file and, where something in that is missing, the other one. The numbers of the records
/// tell where they belong.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentCursor : IDisposable
{
    private const int Near = 2 * 1024 * 1024;

    private readonly long _from;
    private readonly Action<SegmentFile, Damage> _onDamage;
    private readonly Action<SegmentFile, Damage>? _onFound;
    private SegmentSide _listed; // opened again if it is replaced
    private SegmentSide? _other; // opened where it is needed
    private SegmentSide _last; // from which the last record was read
    private bool _isEndRead;
    private bool _isEndReported; // since the last record
    private long _written; // how many bytes the plain file had when it was compressed; 0 if that is not known

    private SegmentCursor(SegmentFile segment, long from, Action<SegmentFile, Damage> onDamage, Action<SegmentFile, Damage>? onFound)
    {
        _from = from;
        _onDamage = onDamage;
        _onFound = onFound;
        (_listed, Summary) = OpenFile(segment);
        _last = _listed;
        if (Summary.Begin is null)
        {
            SegmentSummary?[] others = [OpenOther(), ReadIndex()?.Summary];
            Summary = others.FirstOrDefault(static one => one?.Begin is not null) ?? (Summary.IsNothing ? others.FirstOrDefault(static one => one is { IsNothing: false }) : null) ?? Summary;
        }
    }

    /// <summary>The file from which the last record was read.</summary>
    public SegmentFile Segment => _last.File;

    /// <summary>What is known of the segment before its first record.</summary>
    public SegmentSummary Summary { get; }

    /// <summary>Whether its recorder may not have written anything of the segment yet: there is only a plain file, and not even its begin can be read.</summary>
    public bool IsUnwritten => Summary.IsNothing && !_listed.File.IsSealed && _other is null;

    /// <summary>The number that follows that of the last record; 0 if there was none.</summary>
    public uint Next { get; private set; }

    /// <summary>After the last record: whether the segment was closed properly; null if damage hides that.</summary>
    public bool? IsEnded { get; private set; }

    /// <summary>After the last record: what stands behind it and was not announced as damage, because no record is missing there or a crash left it. In a file that is written to, it is not complete yet.</summary>
    public Damage? Tail => _isEndRead || IsEnded is false ? _last.Tail : null;

    /// <summary>After the last record: what the index says the segment held, if its end cannot be read.</summary>
    public SegmentMark? Recorded { get; private set; }

    /// <summary>Opens a segment at its begin, or at a mark before the time.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="from">Records before this time, in UTC ticks, are not wanted. Some may come nevertheless.</param>
    /// <param name="onDamage">Called for each place where records are missing in all files, before the record behind it is returned.</param>
    /// <param name="onFound">Called for each place in one of the files that cannot be read, when a record behind it is read.</param>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    public static SegmentCursor Open(SegmentFile segment, long from, Action<SegmentFile, Damage> onDamage, Action<SegmentFile, Damage>? onFound = null) => new(segment, from, onDamage, onFound);

    /// <summary>Reads the next record; false at the end of the segment.</summary>
    public bool TryRead(out Record record)
    {
        _last.Take();
        if (FindNext() is not { } side)
        {
            record = default;
            End();
            return false;
        }

        record = side.Current;
        if (IsBehindHole(side))
        {
            Report(side.Damage.Count > 0 ? side : _listed);
        }

        _last = side;
        _isEndReported = false;
        _isEndRead = record.Header.Kind == RecordKind.End;
        Next = side.Next;
        return true;
    }

    /// <summary>Reads the rest of both files, after the last record.</summary>
    /// <param name="onFailure">Called if the other file cannot be read.</param>
    /// <returns>The files.</returns>
    public IReadOnlyList<SegmentSide> ReadRest(Action<SegmentFile, Damage> onFailure)
    {
        OpenOther(onFailure);
        IReadOnlyList<SegmentSide> sides = _other is null ? [_listed] : [_listed, _other];
        foreach (SegmentSide side in sides)
        {
            TryMove(side, uint.MaxValue);
        }

        return sides;
    }

    /// <summary>After the last record of a segment that was not closed properly: whether a file holds all that was recorded before the crash.</summary>
    public bool EndsAtCrash(SegmentSide side) => side.Next == Next && (side.File.IsSealed || _written == 0 || (side.Tail is null && side.Length >= _written));

    /// <inheritdoc cref="RecordReader.ReturnToTail"/>
    public void ReturnToTail() => _listed.ReturnToTail();

    public void Dispose()
    {
        _listed.Dispose();
        _other?.Dispose();
    }

    /// <summary>The file that has the next record; null at the end of the segment.</summary>
    private SegmentSide? FindNext()
    {
        SegmentSide? next = TryMove(_listed, Next) ? _listed : null;
        if (next is null ? !IsComplete() : IsBehindHole(next))
        {
            OpenOther();
            if (_other is not null && TryMove(_other, Next) && (next is null || _other.Next < next.Next))
            {
                return _other;
            }

            if (TryReopen())
            {
                return FindNext();
            }
        }

        return next;
    }

    /// <summary>Whether records are missing before the one ahead.</summary>
    private bool IsBehindHole(SegmentSide side) => side.Next > Next + 1 && (side.Damage.Count > 0 || (side != _listed && _listed.Damage.Count > 0));

    /// <summary>Whether the listed file, which was read to its end, holds the end of the segment, or the recorder crashed there.</summary>
    private bool IsComplete() => _isEndRead || (_listed is { File.IsSealed: true, Damage.Count: 0, Tail: null } && ReadIndex() is { Summary.IsEnded: false });

    private bool TryMove(SegmentSide side, uint number)
    {
        try
        {
            return side.MoveTo(number);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            OpenOther();
            if (TryReopen())
            {
                return TryMove(_listed, number);
            }

            if (_other is null)
            {
                throw;
            }

            side.Fail(failure);
            return false;
        }
    }

    /// <summary>Opens the other file, unless it is open or there is none.</summary>
    /// <param name="onFailure">Called if it cannot be read.</param>
    /// <returns>What is known of the segment before the first record; null if the file was not opened.</returns>
    private SegmentSummary? OpenOther(Action<SegmentFile, Damage>? onFailure = null)
    {
        SegmentFile other = _listed.File with { IsSealed = !_listed.File.IsSealed };
        if (_other is not null || !File.Exists(other.FullPath))
        {
            return null;
        }

        try
        {
            (_other, SegmentSummary summary) = OpenFile(other);
            return summary;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (failure is not (FileNotFoundException or DirectoryNotFoundException))
            {
                onFailure?.Invoke(other, SegmentSide.FailureOf(failure));
            }

            return null;
        }
    }

    /// <summary>
    /// Opens the listed file again if it has been replaced, and there is no other file: the recorder replaces a compressed file that is damaged, and deletes the plain one when both are
    /// the same.
    /// </summary>
    private bool TryReopen()
    {
        if (_other is not null || !_listed.IsReplaced)
        {
            return false;
        }

        SegmentSide damaged = _listed;
        try
        {
            (_listed, _) = OpenFile(damaged.File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // the damage remains all that can be said
        }

        _last = _last == damaged ? _listed : _last;
        damaged.Dispose();
        return true;
    }

    /// <summary>Finds out how the segment ended, and reports what is missing behind its last record.</summary>
    private void End()
    {
        if (_isEndRead)
        {
            IsEnded = true;
            return;
        }

        // The index was written when the end could still be read. A plain file tells only if no record of the compressed one follows its last.
        SealedIndex? index = ReadIndex();
        Recorded = index?.Summary.Last;
        _written = index?.Blocks.Sum(static block => (long)block.Length) ?? 0;
        SegmentSide? plain = _listed.File.IsSealed ? _other : _listed;
        bool isPlainLast = plain is { Damage.Count: 0 } && plain.Next == Next && (Next > 0 || _other is null); // a segment without a record is not compressed
        IsEnded = index?.Summary.IsEnded ?? (isPlainLast ? false : null);
        if (_isEndReported || (IsEnded is false && isPlainLast && EndsAtCrash(plain!)))
        {
            return;
        }

        _isEndReported = true;
        SegmentSide side = _other is { Damage.Count: > 0 } && _listed.Damage.Count == 0 ? _other : _listed;
        if (side.Damage.Count > 0)
        {
            Report(side);
        }
        else if (IsEnded is not false)
        {
            _onDamage(side.File, side.Tail ?? new Damage(side.Length, 0, null, SegmentSide.EndMissing));
        }
    }

    private void Report(SegmentSide side)
    {
        foreach (Damage damage in side.Damage)
        {
            _onDamage(side.File, damage);
        }
    }

    private SealedIndex? ReadIndex()
    {
        OpenOther();
        return (_listed.File.IsSealed ? _listed : _other)?.ReadIndex();
    }

    private (SegmentSide Side, SegmentSummary Summary) OpenFile(SegmentFile segment)
    {
        (long start, SegmentSummary? summary) = _from == 0 ? default : segment.IsSealed ? SeekSealed(segment, _from) : SeekPlain(segment, _from);
        summary = start > 0 ? summary! : segment.SummarizeBegin();
        return (new SegmentSide(segment, start, _onFound), summary);
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
