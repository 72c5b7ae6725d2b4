using System.Diagnostics;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Benchmarks.Recording;

/// <summary>Measures an export to Parquet: time, memory, and bytes per row.</summary>
internal static class Exporting
{
    public static async Task RunAsync(MadeRecording recording, int messages, int rounds)
    {
        await recording.WriteAsync(messages, new RecordingOptions());
        string file = Path.Combine(recording.Folder, "rows.parquet");
        for (int round = 0; round < rounds; round++)
        {
            long most = 0;
            using Process self = Process.GetCurrentProcess();
            using (Timer watch = new(_ => most = Math.Max(most, Environment.WorkingSet), null, 0, 50))
            {
                long begun = Stopwatch.GetTimestamp();
                ExportReport report = await RecordingExport.ToParquetAsync(recording.Folder, file);
                Console.WriteLine(FormattableString.Invariant($"{report.Rows} rows in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s, {(double)new FileInfo(file).Length / report.Rows:0.0} bytes per row, working set of at most {most / 1048576} MiB, managed heap {GC.GetGCMemoryInfo().HeapSizeBytes / 1048576} MiB"));
            }
        }
    }
}
