using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Begins the segments of a recorder, each with the next number and with a reference to the one before.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentSequence(string folder, SegmentName? last, RecordBuffer contracts, Func<string, ISegmentFile> create, TimeProvider time)
{
    private static readonly string Writer = typeof(SegmentSequence).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private SegmentName? _last = last;

    /// <summary>Begins the next segment.</summary>
    /// <param name="continues">Whether it continues the one before without a gap.</param>
    /// <exception cref="IOException">The segment cannot be written. The next call tries again.</exception>
    public (SegmentWriter Segment, SegmentFile File) Begin(bool continues)
    {
        DateTimeOffset now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        SegmentName name = new((_last?.Number ?? 0) + 1, now, BitConverter.ToUInt64(random) | 1);
        SegmentFile file = new(folder, RecordingFolder.DateFolder(now), name, IsSealed: false);
        SegmentBegin begin = new()
        {
            Id = name.Id,
            Number = name.Number,
            PredecessorNumber = _last?.Number ?? 0,
            PredecessorId = _last?.Id ?? 0,
            Writer = string.Create(CultureInfo.InvariantCulture, $"HedgeTech.Ime.Recording {Writer}"),
            Contracts = contracts.ContractsFrom(0),
        };
        ISegmentFile made = create(file.FullPath);
        try
        {
            SegmentWriter segment = new(made, begin, now, continues, contracts, time);
            _last = name;
            return (segment, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            File.Delete(file.FullPath);
            throw;
        }
    }
}
