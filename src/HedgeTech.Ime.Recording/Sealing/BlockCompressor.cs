using ZstdSharp;
using ZstdSharp.Unsafe;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>
/// Compresses blocks of records into zstd frames that any zstd program can read. The references in them come from <see cref="RecordMatches"/> or from zstd's own search,
/// whichever has made a recent block shorter.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed unsafe class BlockCompressor : IDisposable
{
    public const int Level = 1;

    /// <summary>How far back a match may be: the largest window that every zstd program accepts.</summary>
    private const int WindowLog = 27;

    /// <summary>One block of this many is compressed in both ways.</summary>
    private const int ComparedPart = 16;

    private readonly RecordMatches _matches = new();
    private ZSTD_CCtx_s* _context;
    private byte[] _other = [];
    private bool _areOwnBetter;
    private int _blocks;

    public BlockCompressor()
    {
        _context = Methods.ZSTD_createCCtx();
        Set(ZSTD_cParameter.ZSTD_c_compressionLevel, Level);
        Set(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
    }

    /// <summary>Compresses a block, and returns the length of the frame.</summary>
    /// <param name="block">The block.</param>
    /// <param name="frame">Where to write the frame; at least as long as <see cref="Compressor.GetCompressBound"/> says.</param>
    /// <exception cref="ZstdException">The frame could not be written.</exception>
    public int Compress(ReadOnlySpan<byte> block, Span<byte> frame)
    {
        bool areCompared = _blocks++ % ComparedPart == 0;
        if ((!areCompared && !_areOwnBetter) || !_matches.TryFind(block))
        {
            return Write(block, frame, default);
        }

        int length = Write(block, frame, _matches.Found);
        if (!areCompared)
        {
            return length;
        }

        if (_other.Length < frame.Length)
        {
            _other = new byte[frame.Length];
        }

        int other = Write(block, _other, default);
        _areOwnBetter = length < other;
        if (_areOwnBetter)
        {
            return length;
        }

        _other.AsSpan(0, other).CopyTo(frame);
        return other;
    }

    public void Dispose()
    {
        Methods.ZSTD_freeCCtx(_context);
        _context = null;
    }

    /// <summary>Writes a frame with the given matches, or with those that zstd finds if there are none.</summary>
    private int Write(ReadOnlySpan<byte> block, Span<byte> frame, ReadOnlySpan<ZSTD_Sequence> matches)
    {
        Checked(Methods.ZSTD_CCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_only));
        Set(ZSTD_cParameter.ZSTD_c_minMatch, matches.IsEmpty ? 0 : RecordMatches.Shortest);
        Set(ZSTD_cParameter.ZSTD_c_windowLog, matches.IsEmpty ? 0 : WindowLog);
        Set(ZSTD_cParameter.ZSTD_c_strategy, matches.IsEmpty ? 0 : (int)ZSTD_strategy.ZSTD_lazy); // with found matches, it decides only how thoroughly their tables are chosen
        fixed (byte* source = block)
        fixed (byte* target = frame)
        fixed (ZSTD_Sequence* found = matches)
        {
            return (int)Checked(matches.IsEmpty
                ? Methods.ZSTD_compress2(_context, target, (nuint)frame.Length, source, (nuint)block.Length)
                : Methods.ZSTD_compressSequences(_context, target, (nuint)frame.Length, found, (nuint)matches.Length, source, (nuint)block.Length));
        }
    }

    private void Set(ZSTD_cParameter parameter, int value) => Checked(Methods.ZSTD_CCtx_setParameter(_context, parameter, value));

    private static nuint Checked(nuint result) => Methods.ZSTD_isError(result) ? throw new ZstdException((ZSTD_ErrorCode)(-(nint)result), Methods.ZSTD_getErrorName(result)) : result;
}
