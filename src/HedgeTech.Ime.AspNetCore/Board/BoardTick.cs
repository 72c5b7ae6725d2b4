using HedgeTech.Ime.Hosting;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>What all browsers are sent at one moment. Each kind of message is written once, by the first that needs it.</summary>
/// <param name="state">The state of the board.</param>
/// <param name="before">The version that the tick before had.</param>
/// <param name="statistics">The counts of the board.</param>
/// <param name="at">The moment, UTC.</param>
/// <param name="contracts">The contracts of the board.</param>
internal sealed class BoardTick(BoardState state, long before, BoardStatistics statistics, DateTimeOffset at, ContractSet contracts)
{
    private readonly TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _full;
    private byte[]? _changes;

    public BoardState State => state;

    public BoardStatistics Statistics => statistics;

    public DateTimeOffset At => at;

    /// <summary>Completes when there is a newer tick.</summary>
    public Task Next => _next.Task;

    /// <summary>Returns the message for a browser.</summary>
    /// <param name="seen">The version that the browser has; -1 if none.</param>
    public byte[] MessageAfter(long seen)
    {
        // Two browsers may write the same message at the same time; either is right.
        if (seen < 0)
        {
            return _full ??= BoardJson.Of(this, -1, contracts);
        }

        return seen == before ? _changes ??= BoardJson.Of(this, before, contracts) : BoardJson.Of(this, seen, contracts);
    }

    /// <summary>Says that there is a newer tick.</summary>
    public void End() => _next.TrySetResult();

    /// <summary>Says that no newer tick will come, because of a failure.</summary>
    public void Fail(Exception failure) => _next.TrySetException(failure);
}
