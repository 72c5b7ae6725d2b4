using System.Threading.Channels;
using HedgeTech.Ime.Cli.Recordings;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Delivers alerts in order, one at a time, so that a slow receiver never holds up the stream. At most <see cref="Capacity"/> wait; then the oldest are dropped.</summary>
internal sealed class Delivery
{
    /// <summary>How many alerts may wait.</summary>
    public const int Capacity = 1000;

    /// <summary>How many alerts are named that the end of the tool cuts off. The others are counted.</summary>
    private const int Named = 10;

    private const string Ended = "the tool ended";

    private readonly IAlertOutput _output;
    private readonly Action<string> _warn;
    private readonly Channel<Crossing> _waiting;
    private long _lost;

    /// <param name="output">Where the alerts go.</param>
    /// <param name="warn">Takes a sentence for the user. May be called by any thread.</param>
    public Delivery(IAlertOutput output, Action<string> warn)
    {
        _output = output;
        _warn = warn;
        _waiting = Channel.CreateBounded<Crossing>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true },
            crossing => Lose(crossing, $"{Capacity} alerts are waiting"));
    }

    /// <summary>How many alerts could not be delivered.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Queues an alert.</summary>
    public void Add(Crossing crossing) => _waiting.Writer.TryWrite(crossing);

    /// <summary>Accepts no more alerts.</summary>
    public void Complete() => _waiting.Writer.Complete();

    /// <summary>Delivers alerts until <see cref="Complete"/> was called and none is waiting.</summary>
    /// <param name="giveUp">Once cancelled, the rest is lost.</param>
    public async Task RunAsync(CancellationToken giveUp)
    {
        int cutOff = 0;
        await foreach (Crossing crossing in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            string? failure;
            try
            {
                giveUp.ThrowIfCancellationRequested();
                failure = await _output.SendAsync(crossing, giveUp);
            }
            catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
            {
                failure = Ended;
                cutOff++;
            }

            if (cutOff > Named)
            {
                Interlocked.Increment(ref _lost);
            }
            else if (failure is not null)
            {
                Lose(crossing, failure);
            }
        }

        if (cutOff > Named)
        {
            _warn($"{Quantities.Count(cutOff - Named, "more alert")} did not reach {_output.Name} ({Ended})");
        }
    }

    private void Lose(Crossing crossing, string reason)
    {
        Interlocked.Increment(ref _lost);
        _warn($"an alert did not reach {_output.Name} ({reason}): {crossing.Contract} {crossing.What}");
    }
}
