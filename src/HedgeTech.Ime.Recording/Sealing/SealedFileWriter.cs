using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Writing;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>Compresses a segment. What a program that knows only zstd gets out is the plain file, byte for byte, damaged places included.</summary>
internal static class SealedFileWriter
{
    /// <summary>
    /// The usual length of a block. A block must be read without those before it, so it holds one message of each contract in full: the more of them there are, the more
    /// a short block costs. A long one takes longer to seek into, and more is lost with a damaged one.
    /// </summary>
    private const int BlockBytes = 4 * 1024 * 1024;

    /// <summary>Makes the compressed file beside the plain one, and checks it by reading it back.</summary>
    /// <param name="segment">The plain segment, which is not written to any more.</param>
    /// <param name="isStopped">Asked after each block; if true, the file is not made.</param>
    /// <param name="blockBytes">The least length of a block before compression, except for the last.</param>
    /// <returns>The length of the compressed file; 0 if it was stopped.</returns>
    /// <exception cref="IOException">The disk is full, or what was read back differs.</exception>
    public static long Write(SegmentFile segment, Func<bool> isStopped, int blockBytes = BlockBytes)
    {
        string unfinished = Path.ChangeExtension(segment.FullPath, null) + SegmentName.Unfinished;
        try
        {
            long length = Write(segment, unfinished, isStopped, blockBytes);
            if (length > 0)
            {
                File.Move(unfinished, (segment with { IsSealed = true }).FullPath, overwrite: true);
                FolderFlush.Flush(Path.GetDirectoryName(unfinished)!);
            }

            return length;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static long Write(SegmentFile segment, string path, Func<bool> isStopped, int blockBytes)
    {
        using BlockCompressor compressor = new();
        using SafeFileHandle source = PlainInput.Open(segment.FullPath);
        using SafeFileHandle target = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        List<SealedBlock> blocks = [];
        BlockBuffer buffer = new();
        long place = 0;
        using RecordReader reader = segment.Read(static _ => { });
        SummaryReader summary = new();
        long start = 0;
        long maxBefore = 0;
        while (reader.TryRead(out Record record))
        {
            if (record.Header.Kind == RecordKind.Mark && reader.RecordPosition - start >= blockBytes)
            {
                if (isStopped())
                {
                    return 0;
                }

                Compress(reader.RecordPosition);
                maxBefore = summary.Counts.MaxReceivedAt;
            }

            summary.Add(record);
        }

        Compress(RandomAccess.GetLength(source));
        if (summary.Summary is not { } read)
        {
            throw new IOException($"The segment '{segment.RelativePath}' has no intact record.");
        }

        SealedIndex index = new(blocks, read);
        byte[] end = index.Write(segment.Name.Id);
        RandomAccess.Write(target, end, place);
        ReadBack(target, index, segment);
        RandomAccess.FlushToDisk(target);
        return place + end.Length;

        void Compress(long until)
        {
            if (until - start > SealedInput.MaxContent)
            {
                throw new IOException($"The segment '{segment.RelativePath}' is too damaged to be compressed, and stays as it is.");
            }

            int length = (int)(until - start);
            if (length == 0)
            {
                return;
            }

            buffer.Read(source, start, length);
            int packed = compressor.Compress(buffer.Plain.AsSpan(0, length), buffer.Packed);
            RandomAccess.Write(target, buffer.Packed.AsSpan(0, packed), place);
            blocks.Add(new SealedBlock(place, packed, length, maxBefore));
            place += packed;
            start = until;
        }
    }

    private static void ReadBack(SafeFileHandle file, SealedIndex index, SegmentFile segment)
    {
        using Decompressor decompressor = new();
        BlockBuffer buffer = new();
        try
        {
            foreach (SealedBlock block in index.Blocks)
            {
                buffer.Read(file, block.Place, block.PackedLength, block.Length);
                if (decompressor.Unwrap(buffer.Plain.AsSpan(0, block.PackedLength), buffer.Packed.AsSpan(0, block.Length)) != block.Length)
                {
                    throw new IOException($"The compressed form of the segment '{segment.RelativePath}' was not read back as it was written.");
                }
            }
        }
        catch (ZstdException failure) // the checksum in each frame is that of the plain bytes
        {
            throw new IOException($"The compressed form of the segment '{segment.RelativePath}' was not read back as it was written.", failure);
        }

        if (SealedIndex.Read(file, segment.Name.Id) is null)
        {
            throw new IOException($"The index of the segment '{segment.RelativePath}' was not read back as it was written.");
        }
    }

    /// <summary>Memory for one block and for its other form.</summary>
    private sealed class BlockBuffer
    {
        public byte[] Plain { get; private set; } = [];

        public byte[] Packed { get; private set; } = [];

        public void Read(SafeFileHandle file, long place, int length, int other = 0)
        {
            if (Plain.Length < length)
            {
                Plain = new byte[length + SegmentWriter.MarkBytes];
            }

            other = Math.Max(other, Compressor.GetCompressBound(length));
            if (Packed.Length < other)
            {
                Packed = new byte[other + SegmentWriter.MarkBytes];
            }

            int read = 0;
            while (read < length)
            {
                int more = RandomAccess.Read(file, Plain.AsSpan(read, length - read), place + read);
                if (more == 0)
                {
                    throw new EndOfStreamException("The segment has become shorter while it was compressed.");
                }

                read += more;
            }
        }
    }
}
