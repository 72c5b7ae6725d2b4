using System.Runtime.InteropServices;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// Merges lines that carry the same contracts into one sequence per contract: each message once, in order, from whichever line has it first; what
/// one line misses another fills. A feed with one line needs none of it and passes it by. Not thread-safe; allocates nothing per message while the
/// lines are in step.
/// </summary>
internal sealed class Arbiter(int bound = Arbiter.DefaultBound, int totalBound = Arbiter.DefaultTotalBound)
{
    /// <summary>How many messages of a contract a line may be behind or alone.</summary>
    public const int DefaultBound = 4096;

    /// <summary>How many messages of all contracts together may be kept: some 30 MB.</summary>
    public const int DefaultTotalBound = 64 * 1024;

    /// <summary>A server that invents contracts must not cost memory for each.</summary>
    private const int MaxContracts = 16 * 1024;

    private readonly Dictionary<ContractKey, ContractSequence> _sequences = [];
    private readonly List<Line> _lines = [];
    private readonly List<Line> _lagging = [];
    private int _openings;
    private int _remembered;

    /// <summary>Whether a line is being opened: it may show what another has delivered by then, as the service subscribes after it accepts.</summary>
    public bool IsRemembering => _openings > 0;

    /// <summary>Whether any line passes here.</summary>
    public bool IsInUse => _lines.Count > 0;

    /// <summary>
    /// A line that has fallen behind by more than the bound, or has nothing in common with the others for as long. It takes no part any more; the
    /// caller closes it and says <see cref="Leave"/>.
    /// </summary>
    public Line? Lagging => _lagging.Count > 0 ? _lagging[0] : null;

    /// <summary>Messages in memory.</summary>
    public int Remembered => _remembered;

    /// <summary>A line begins to open: from now on all messages pass here and the newest are remembered. Ended by one <see cref="Forget"/>.</summary>
    public void Remember() => _openings++;

    /// <summary>A line has joined, or its opening has failed or was cancelled.</summary>
    public void Forget()
    {
        _openings--;
        foreach ((ContractKey contract, ContractSequence sequence) in _sequences)
        {
            sequence.Trim(IsRemembering);
            RemoveIfDeserted(contract, sequence);
        }

        Recount();
    }

    /// <summary>A line was accepted. Before the <see cref="Forget"/> of its opening, and before its first message.</summary>
    public void Join(Line line)
    {
        _lines.Add(line);
        foreach (ContractKey contract in line.Shard.Contracts)
        {
            SequenceOf(contract).Join(line);
        }
    }

    /// <summary>A line has ended. What may go out now is added to <paramref name="due"/>, in order.</summary>
    /// <returns>The number of messages that came too late to be delivered in order.</returns>
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

        Recount();
        return late;
    }

    /// <summary>Lets a line go that is alone with all it carries and has nothing waiting, so that its messages need not pass here any more.</summary>
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
    /// <returns>The number of messages that came too late to be delivered in order.</returns>
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

        int before = sequence.Remembered;
        int late = sequence.Receive(line, brought, due, IsRemembering);
        _remembered += sequence.Remembered - before;
        while (sequence.Lagging is { } lagging)
        {
            late += GiveUp(lagging, due);
        }

        return _remembered > totalBound ? late + ForgetDownToBound(due) : late;
    }

    /// <summary>
    /// What has waited since before a moment for a message in common goes out, or is too late; the lines it waited for are behind from then on. So
    /// that a mute line does not keep another's messages. To be called every now and then while <see cref="IsInUse"/>.
    /// </summary>
    /// <returns>The number of messages that came too late to be delivered in order.</returns>
    public int Release(TimeSpan before, List<HeldMessage> due)
    {
        int late = 0;
        foreach (ContractSequence sequence in _sequences.Values)
        {
            late += sequence.Release(before, due, IsRemembering);
        }

        Recount();
        return late;
    }

    /// <summary>
    /// Whether a line has had a message in common with another, on any contract: what the other had not shown by then was sent after this line was
    /// subscribed.
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
    /// All contracts together have reached the bound. What is kept for lines that are being opened goes first, the oldest half of it; then the lines
    /// because of which most is kept, mute ones among them.
    /// </summary>
    private int ForgetDownToBound(List<HeldMessage> due)
    {
        int late = 0;
        ForgetHalf();
        int enough = totalBound - (totalBound / 4);
        while (_remembered > enough && MostKeptFor() is { } lagging)
        {
            late += GiveUp(lagging, due);
        }

        if (_remembered > enough)
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

        Recount();
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

    private void Recount() => _remembered = _sequences.Values.Sum(static sequence => sequence.Remembered);

    private ContractSequence SequenceOf(ContractKey contract) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_sequences, contract, out _) ??= new ContractSequence(bound);

    private void RemoveIfDeserted(ContractKey contract, ContractSequence sequence)
    {
        if (sequence.IsDeserted && !IsRemembering)
        {
            _sequences.Remove(contract);
        }
    }
}
