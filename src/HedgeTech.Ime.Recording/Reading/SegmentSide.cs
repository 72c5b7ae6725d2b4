using HedgeTech.Ime.Recording.Sealing;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Reads one of the files of a segment, one record ahead.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentSide : IDisposable
{
    public const string EndMissing = "The end of the segment is missing.";

    public const string Empty = "The file is empty.";

    private const string NotReadable = "The file cannot be read: ";

    private readonly List<Damage> _damage = [];
    private readonly Action<SegmentFile, Damage>? _onFound;
    private readonly FileInfo _opened;
    private readonly SealedInput? _compressed;
    private readonly RecordReader _reader;
    private bool _isAhead;
    private bool _isOver;

    /// <param name="file">The file.</param>
    /// <param name="start">Where reading begins: at the beginning, or at a mark.</param>
    /// <param name="onFound">Called for each place that cannot be read, when a record behind it is read.</param>
    public SegmentSide(SegmentFile file, long start, Action<SegmentFile, Damage>? onFound)
    {
        File = file;
        _onFound = onFound;
        _opened = new FileInfo(file.FullPath);
        Length = _opened.Length;
        _compressed = file.IsSealed ? new SealedInput(file.FullPath, start, AddDamage) : null;
        _reader = new RecordReader(_compressed ?? (SegmentInput)new PlainInput(file.FullPath, start), file.Name.Id, AddDamage);
        if (start == 0)
        {
            _reader.Expect(0);
        }
    }

    public SegmentFile File { get; }

    /// <summary>The length of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Whether a compressed file has been written again since it was opened.</summary>
    public bool IsReplaced => File.IsSealed && new FileInfo(File.FullPath) is { Exists: true } now && (now.Length != Length || now.LastWriteTimeUtc != _opened.LastWriteTimeUtc);

    /// <summary>The record ahead.</summary>
    public Record Current => _reader.Current;

    /// <summary>The places that cannot be read before the record ahead or, at the end of the file, behind the last record.</summary>
    public IReadOnlyList<Damage> Damage => _damage;

    /// <summary>The number that follows that of the last record; 0 if there was none.</summary>
    public uint Next { get; private set; }

    /// <inheritdoc cref="RecordReader.IsEnded"/>
    public bool IsEnded => _reader.IsEnded;

    /// <inheritdoc cref="RecordReader.Tail"/>
    public Damage? Tail => _reader.Tail;

    /// <summary>Where in a compressed file the blocks end that could be read.</summary>
    public long BlocksEnd => _compressed?.BlocksEnd ?? Length;

    /// <summary>The index of a compressed file; null if it cannot be read, or the file is not compressed.</summary>
    public SealedIndex? ReadIndex()
    {
        try
        {
            return _compressed?.ReadIndex(File.Name.Id);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // as damaged as one whose bytes are wrong
        }
    }

    /// <summary>Reads up to the first record that has this number or a higher one; false at the end of the file.</summary>
    public bool MoveTo(uint number)
    {
        while (!_isOver && !(_isAhead && Next > number))
        {
            Take();
            _isOver = !_reader.TryRead(out Record record);
            _isAhead = !_isOver;
            if (_isAhead)
            {
                Next = record.Header.Number + 1;
                foreach (Damage damage in _damage)
                {
                    _onFound?.Invoke(File, damage);
                }
            }
        }

        return _isAhead;
    }

    /// <summary>Leaves the record ahead behind.</summary>
    public void Take()
    {
        if (_isAhead)
        {
            _isAhead = false;
            _damage.Clear();
        }
    }

    /// <summary>Ends reading, because the file cannot be read.</summary>
    public void Fail(Exception failure)
    {
        _damage.Add(FailureOf(failure));
        (_isAhead, _isOver) = (false, true);
    }

    /// <summary>What is wrong with a file that cannot be read.</summary>
    public static Damage FailureOf(Exception failure) => new(0, 0, null, NotReadable + failure.Message);

    /// <inheritdoc cref="RecordReader.ReturnToTail"/>
    public void ReturnToTail()
    {
        _reader.ReturnToTail();
        _isOver = false;
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>A compressed block that cannot be read is found before it is known how many records it held: both are one place.</summary>
    private void AddDamage(Damage damage)
    {
        if (damage is { Length: 0, Records: not null } && _damage is [.., { Records: null } last])
        {
            _damage[^1] = last with { Records = damage.Records };
        }
        else
        {
            _damage.Add(damage);
        }
    }
}
