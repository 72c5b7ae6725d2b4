using System.Runtime.InteropServices;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// Merges the lines that deliver the same contracts into one sequence per contract: each message once, in order, from the line that delivers it first.
/// What one line misses, another supplies. A feed with one line bypasses the arbiter. Not thread-safe. Allocates nothing per message while the lines
/// are in step.
/// </summary>
internal sealed class Arbiter(int bound = Arbiter.DefaultBound, int totalBound = Arbiter.DefaultTotalBound)
{
    /// <summary>How many messages of a contract a line may be behind the others, or may hold that no other line has shown.</summary>
    public const int DefaultBound = 4096;

    /// <summary>How many messages of all contracts together may be kept, about 30 MB.</summary>
    public const int DefaultTotalBound = 64 * 1024;

    /// <summary>Limits the memory that a server can use up by inventing contracts.</summary>
    private const int MaxContracts = 16 * 1024;

    private readonly Dictionary<ContractKey, ContractSequence> _sequences = [];
    private readonly List<Line> _lines = [];
    private readonly List<Line> _lagging = [];
    private readonly MessageCount _kept = new();
    private int _openings;

    /// <summary>Whether a line is being opened. It may show messages that another line has already delivered, because the service subscribes after it accepts.</summary>
    public bool IsRemembering => _openings > 0;

    /// <summary>Whether any line has joined.</summary>
    public bool IsInUse => _lines.Count > 0;

    /// <summary>
    /// A line that has fallen behind by more than the limit, or has had nothing in common with the others for as many messages. It no longer takes part.
    /// The caller closes it and calls <see cref="Leave"/>.
    /// </summary>
    public Line? Lagging => _lagging.Count > 0 ? _lagging[0] : null;

    /// <summary>Messages in memory.</summary>
    public int Remembered => _kept.Value;

    /// <summary>Called when a line starts to open. From then on, all messages go through the arbiter, which remembers the newest, until the matching <see cref="Forget"/>.</summary>
    public void Remember() => _openings++;

    /// <summary>Called when the line has joined, or when its opening has failed or was cancelled.</summary>
    public void Forget()
    {
        _openings--;
        foreach ((ContractKey contract, ContractSequence sequence) in _sequences)
        {
            sequence.Trim(IsRemembering);
            RemoveIfDeserted(contract, sequence);
        }
    }

    /// <summary>Adds an accepted line. Called before the <see cref="Forget"/> of its opening and before its first message.</summary>
    public void Join(Line line)
    {
        _lines.Add(line);
        foreach (ContractKey contract in line.Shard.Contracts)
        {
            SequenceOf(contract).Join(line);
        }
    }

    /// <summary>Removes a line that has ended. Adds the messages that can now be delivered to <paramref name="due"/>, in order.</summary>
    /// <returns>The number of messages that arrived too late to be delivered in order.</returns>
    public int Leave(Line line, List<HeldMessage> due)
    {
        _lagging.Remove(line);
        if (!_lines.Remove(line))
        {
            return 0;
        }

        int late = 0;
        foreach ((ContractKey contract, ContractSequence sequence) in _sequences)
        {
            late += sequence.Leave(line, due, IsRemembering);
            RemoveIfDeserted(contract, sequence);
        }

        return late;
    }

    /// <summary>Removes a line if it is the only one for all its contracts and nothing of it waits, so that its messages can bypass the arbiter.</summary>
    public bool TryRelease(Line line)
    {
        if (IsRemembering)
        {
            return false;
        }

        foreach (ContractSequence sequence in _sequences.Values)
        {
            if (sequence.Carries(line) && !(sequence.IsAlone && sequence.IsSettled))
            {
                return false;
            }
        }

        Leave(line, []);
        return true;
    }

    /// <summary>A line brought a message. What may go out is added to <paramref name="due"/>, in order; nothing if the line has not joined or lags.</summary>
    /// <returns>The number of messages that arrived too late to be delivered in order.</returns>
    public int Receive(Line line, HeldMessage brought, List<HeldMessage> due)
    {
        if (!_lines.Contains(line))
        {
            return 0;
        }

        if (!_sequences.TryGetValue(brought.Message.Contract, out ContractSequence? sequence))
        {
            if (_sequences.Count >= MaxContracts)
            {
                if (line == _lines[0])
                {
                    due.Add(brought);
                }

                return 0;
            }

            sequence = SequenceOf(brought.Message.Contract);
        }

        int late = sequence.Receive(line, brought, due, IsRemembering);
        while (sequence.Lagging is { } lagging)
        {
            late += GiveUp(lagging, due);
        }

        return Remembered > totalBound ? late + ForgetDownToBound(due) : late;
    }

    /// <summary>
    /// Stops waiting for lines to catch up with messages that have been held since before a moment: those messages are delivered, or are too late. So a mute line
    /// does not hold back the messages of another. Call it regularly while <see cref="IsInUse"/>.
    /// </summary>
    /// <returns>The number of messages that arrived too late to be delivered in order.</returns>
    public int Release(TimeSpan before, List<HeldMessage> due)
    {
        int late = 0;
        foreach (ContractSequence sequence in _sequences.Values)
        {
            late += sequence.Release(before, due, IsRemembering);
        }

        return late;
    }

    /// <summary>
    /// Whether a line has had a message in common with another, for any contract. If so, what the other had not shown by then was sent after this line
    /// was subscribed.
    /// </summary>
    public bool CarriesOn(Line line, Line other)
    {
        foreach (ContractSequence sequence in _sequences.Values)
        {
            if (sequence.CarriesOn(line, other))
            {
                return true;
            }
        }

        return false;
    }

    private int GiveUp(Line lagging, List<HeldMessage> due)
    {
        int late = Leave(lagging, due);
        _lagging.Add(lagging);
        return late;
    }

    /// <summary>
    /// Frees memory when all contracts together have reached the limit: first the older half of what is kept for lines that are being opened, then
    /// the lines for which the most messages are kept, including mute ones.
    /// </summary>
    private int ForgetDownToBound(List<HeldMessage> due)
    {
        int late = 0;
        ForgetHalf();
        int enough = totalBound - (totalBound / 4);
        while (Remembered > enough && MostKeptFor() is { } lagging)
        {
            late += GiveUp(lagging, due);
        }

        if (Remembered > enough)
        {
            late += Release(TimeSpan.MaxValue, due);
            ForgetHalf();
        }

        return late;
    }

    private void ForgetHalf()
    {
        foreach (ContractSequence sequence in _sequences.Values)
        {
            sequence.ForgetHalf();
        }
    }

    private Line? MostKeptFor()
    {
        Dictionary<Line, int> kept = [];
        foreach (ContractSequence sequence in _sequences.Values)
        {
            sequence.CountKept(kept);
        }

        return kept.Count == 0 ? null : kept.MaxBy(static each => each.Value).Key;
    }

    private ContractSequence SequenceOf(ContractKey contract) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_sequences, contract, out _) ??= new ContractSequence(bound, _kept);

    private void RemoveIfDeserted(ContractKey contract, ContractSequence sequence)
    {
        if (sequence.IsDeserted && !IsRemembering)
        {
            _sequences.Remove(contract);
        }
    }
}
