using HedgeTech.Ime;

namespace CsvRecorder;

/// <summary>Writes events into the file of the day in Tehran on which they were received. Only one recorder can use a folder at a time.</summary>
internal sealed class Recorder(string folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tehran = new(3, 30, 0);
    private DayFile? _file;
    private DateOnly _day;

    /// <summary>Records until the events end. Passes each event to the operating system before it waits for the next one.</summary>
    /// <exception cref="IOException">The file cannot be written, this recorder did not create it, or another recorder uses the folder.</exception>
    /// <exception cref="ImeException">The stream has failed. The file records that too.</exception>
    public async Task RunAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken stop)
    {
        using FileStream alone = BeAlone();
        Write(time.GetUtcNow(), at => [CsvLine.OfMark(at, "begin", "messages between the line above and this one may be missing")]);
        try
        {
            await using IAsyncEnumerator<FeedEvent> enumerator = events.GetAsyncEnumerator(stop);
            while (true)
            {
                ValueTask<bool> next = enumerator.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    _file?.Flush();
                }

                if (!await next)
                {
                    break;
                }

                FeedEvent happened = enumerator.Current;
                Write(happened.ReceivedAt, _ => CsvLine.Of(happened));
            }

            End("the stream has ended");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            End("stopped");
            throw;
        }
        catch (ImeException failure)
        {
            End(failure.Message);
            throw;
        }
    }

    public void Dispose() => _file?.Dispose();

    // Two recorders would write every line twice. The operating system releases the lock of a killed process.
    private FileStream BeAlone()
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, ".recorder.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new IOException($"Another recorder is writing to {folder}.", taken);
        }
    }

    private void Write(DateTimeOffset at, Func<DateTimeOffset, IEnumerable<CsvLine>> lines)
    {
        DateOnly day = DateOnly.FromDateTime(at.ToOffset(Tehran).DateTime);
        if (_file is null || day != _day)
        {
            _file?.Dispose();
            _file = null; // if the next file cannot be opened, this one must not be written again
            _file = DayFile.Open(folder, day);
            _day = day;
        }

        foreach (CsvLine line in lines(at))
        {
            _file.Append(line);
        }
    }

    private void End(string why)
    {
        Write(time.GetUtcNow(), at => [CsvLine.OfMark(at, "end", why)]);
        _file?.Flush();
    }
}
