using HedgeTech.Ime;

namespace CsvRecorder;

/// <summary>Writes events into the file of the day in Tehran on which they were received. One at a time in a folder.</summary>
internal sealed class Recorder(string folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tehran = new(3, 30, 0);
    private DayFile? _file;
    private DateOnly _day;

    /// <summary>Records until the events end. What was received is in the file, as the system sees it, before the next event is waited for.</summary>
    /// <exception cref="IOException">The file cannot be written or is not one of this recorder's, or another recorder writes into the folder.</exception>
    /// <exception cref="ImeException">The stream has failed; the file says so too.</exception>
    public async Task RunAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken stop)
    {
        using FileStream alone = BeAlone();
        Write(time.GetUtcNow(), at => [CsvLine.OfMark(at, "begin", "what came between the line above and this one was not seen")]);
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

    // Two of them would double every line. The system takes the lock back from a process that was killed.
    private FileStream BeAlone()
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, ".recorder.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new IOException($"Another recorder writes into {folder}.", taken);
        }
    }

    private void Write(DateTimeOffset at, Func<DateTimeOffset, IEnumerable<CsvLine>> lines)
    {
        DateOnly day = DateOnly.FromDateTime(at.ToOffset(Tehran).DateTime);
        if (_file is null || day != _day)
        {
            _file?.Dispose();
            _file = null; // if the next cannot be opened, this one must not be written again
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
