using System.Net.ServerSentEvents;
using System.Text.Json;

namespace HedgeTech.Ime.Benchmarks.Board;

/// <summary>Reads the stream of the board as a browser does, and measures the age of the prices that it shows.</summary>
/// <param name="board">The address of the board.</param>
/// <param name="contracts">The contracts.</param>
/// <param name="isMeasured">Whether the browser parses the rows. Hundreds of browsers that parse would leave too little CPU time for the board.</param>
internal sealed class LoadBrowser(Uri board, string[] contracts, bool isMeasured)
{
    private readonly Dictionary<string, DateTimeOffset> _shown = contracts.ToDictionary(static contract => contract, static _ => DateTimeOffset.MaxValue);
    private readonly Lock _gate = new();
    private bool _isMeasuring;

    /// <summary>The time from the timestamp of each state to its arrival, in seconds.</summary>
    public List<double> Lags { get; } = [];

    /// <summary>The greatest age that a shown state reached before the next one replaced it, in seconds.</summary>
    public double Oldest { get; private set; }

    public long Updates { get; private set; }

    public void Begin()
    {
        lock (_gate)
        {
            _isMeasuring = true;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            // Includes contracts that got no further update.
            DateTimeOffset now = DateTimeOffset.UtcNow;
            Oldest = isMeasured ? Math.Max(Oldest, _shown.Values.Max(shown => (now - shown).TotalSeconds)) : 0;
            _isMeasuring = false;
        }
    }

    public async Task ReadAsync(CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = board };
        try
        {
            using Stream stream = await http.GetStreamAsync(new Uri("board/stream", UriKind.Relative), stop);
            await foreach (SseItem<DateTimeOffset> update in SseParser.Create(stream, (_, data) => Take(data)).EnumerateAsync(stop))
            {
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement has ended.
        }
    }

    private DateTimeOffset Take(ReadOnlySpan<byte> data)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (!isMeasured)
        {
            lock (_gate)
            {
                Updates += _isMeasuring ? 1 : 0;
            }

            return now;
        }

        Utf8JsonReader reader = new(data);
        using JsonDocument update = JsonDocument.ParseValue(ref reader);
        lock (_gate)
        {
            Updates += _isMeasuring ? 1 : 0;
            foreach (JsonElement row in update.RootElement.GetProperty("rows").EnumerateArray())
            {
                string contract = row.GetProperty("contract").GetProperty("name").GetString()!;
                DateTimeOffset timestamp = row.GetProperty("snapshot").GetProperty("timestamp").GetDateTimeOffset();
                if (_isMeasuring)
                {
                    Lags.Add((now - timestamp).TotalSeconds);
                    Oldest = Math.Max(Oldest, (now - _shown[contract]).TotalSeconds);
                }

                _shown[contract] = timestamp;
            }
        }

        return now;
    }
}
