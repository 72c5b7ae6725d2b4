using System.Threading.Channels;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>
/// Writes lines to standard error on a thread of its own, so that a terminal that has stopped never holds up what tells something. At most
/// <see cref="Capacity"/> wait; then the oldest are dropped, and their number is written as soon as lines can be written again. Thread-safe.
/// </summary>
internal sealed class Notices : IAsyncDisposable
{
    /// <summary>How many lines may wait.</summary>
    public const int Capacity = 1000;

    /// <summary>How long lines that are not written yet hold up the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly Channel<string> _waiting;
    private readonly Task _writing;
    private long _missing;

    /// <param name="output">Standard error.</param>
    /// <param name="time">The clock.</param>
    public Notices(TextWriter output, TimeProvider time)
    {
        _output = output;
        _time = time;
        _waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _missing));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Writes a line, later.</summary>
    public void Add(string line) => _waiting.Writer.TryWrite(line);

    /// <summary>Writes a sentence for the user, later.</summary>
    public void Warn(string text) => Add($"ime: {CellText.Printable(text)}");

    /// <summary>Waits until the lines are written, but not for long.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        if (await Task.WhenAny(_writing, Task.Delay(Patience, _time)) == _writing)
        {
            await _writing;
        }
    }

    private async Task WriteAsync()
    {
        await foreach (string line in _waiting.Reader.ReadAllAsync())
        {
            long missing = Interlocked.Exchange(ref _missing, 0);
            string text = missing == 0 ? line : $"ime: {Quantities.Count(missing, "line")} could not be written here{_output.NewLine}{line}";
            try
            {
                _output.WriteLine(text);
            }
            catch (IOException)
            {
                Interlocked.Add(ref _missing, missing + 1); // a full disk, for example, must not end the alerts
            }
        }
    }
}
