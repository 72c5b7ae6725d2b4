using System.Diagnostics;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using ZstdSharp;

namespace HedgeTech.Ime.Benchmarks.Recording;

/// <summary>Measures the cost of compressing a segment, in alternation with zstd alone on the same bytes.</summary>
internal static class Sealing
{
    public static async Task RunAsync(MadeRecording recording, int messages, int rounds)
    {
        await recording.WriteAsync(messages, new RecordingOptions { Compress = false, SegmentBytes = 2L * 1024 * 1024 * 1024 });
        SegmentFile[] segments = [.. RecordingFolder.List(recording.Folder)];
        byte[] plain = await File.ReadAllBytesAsync(segments[0].FullPath);
        List<double> ours = [];
        List<double> zstd = [];
        long packed = 0;
        for (int round = 0; round <= rounds; round++)
        {
            double alone = Processor(() => packed = Compress(plain)) / messages;
            long length = 0;
            double sealing = Processor(() => length = SealedFileWriter.Write(segments[0], static () => false)) / messages;
            File.Delete((segments[0] with { IsSealed = true }).FullPath);
            Console.WriteLine(FormattableString.Invariant($"{(round == 0 ? "warm-up: " : "")}sealing {sealing:0.00} µs, zstd level 1 {alone:0.00} µs per message; {(double)plain.Length / messages:0.0} bytes become {(double)length / messages:0.0}, with zstd alone {(double)packed / messages:0.0}"));
            if (round > 0)
            {
                ours.Add(sealing);
                zstd.Add(alone);
            }
        }

        Console.WriteLine(FormattableString.Invariant($"median: sealing {Median(ours):0.00} µs, zstd level 1 {Median(zstd):0.00} µs, ratio {Median(ours) / Median(zstd):0.00}"));
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static long Compress(byte[] plain)
    {
        using Compressor compressor = new(BlockCompressor.Level);
        byte[] target = new byte[Compressor.GetCompressBound(1024 * 1024)];
        long length = 0;
        for (int at = 0; at < plain.Length; at += 1024 * 1024)
        {
            length += compressor.Wrap(plain.AsSpan(at, Math.Min(1024 * 1024, plain.Length - at)), target);
        }

        return length;
    }

    /// <summary>Returns the CPU time in microseconds.</summary>
    private static double Processor(Action action)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds;
    }
}
