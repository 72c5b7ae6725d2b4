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

    private readonly Dictionary<ContractKey, Overlap> _overlaps = [];
    private readonly List<Line> _lines = [];
    private readonly List<Line> _lagging = [];
    private int _openings;
    private int _remembered;

    /// <summary>Whether a line is being opened: it may show what another has delivered by then, as the service subscribes after it accepts.</summary>
    public bool IsRemembering => _openings > 0;

    /// <summary>Whether any line passes here.</summary>
    public bool IsInUse => _lines.Count > 0;

    /// <summary>Messages that were received but came too late to be delivered in order.</summary>
    public long TooLate { get; private set; }

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
        foreach ((ContractKey contract, Overlap overlap) in _overlaps)
        {
            overlap.Trim(IsRemembering);
            RemoveIfDeserted(contract, overlap);
        }

        Recount();
    }

    /// <summary>A line was accepted. Before the <see cref="Forget"/> of its opening, and before its first message.</summary>
    public void Join(Line line)
    {
        _lines.Add(line);
        foreach (ContractKey contract in line.Shard.Contracts)
        {
            OverlapOf(contract).Join(line);
        }
    }

    /// <summary>A line has ended. What may go out now is added to <paramref name="due"/>, in order.</summary>
    public void Leave(Line line, List<MarketSnapshot> due)
    {
        _lagging.Remove(line);
        if (!_lines.Remove(line))
        {
            return;
        }

        foreach ((ContractKey contract, Overlap overlap) in _overlaps)
        {
            TooLate += overlap.Leave(line, due, IsRemembering);
            RemoveIfDeserted(contract, overlap);
        }

        Recount();
    }

    /// <summary>Lets a line go that is alone with all it carries and has nothing waiting, so that its messages need not pass here any more.</summary>
    public bool TryPassBy(Line line)
    {
        if (IsRemembering)
        {
            return false;
        }

        foreach (Overlap overlap in _overlaps.Values)
        {
            if (overlap.Carries(line) && !(overlap.IsAlone && overlap.IsSettled))
            {
                return false;
            }
        }

        Leave(line, []);
        return true;
    }

    /// <summary>A line brought a message, now by a clock that never goes back. What may go out is added to <paramref name="due"/>, in order; nothing if the line has not joined or lags.</summary>
    public void Receive(Line line, MarketSnapshot message, TimeSpan now, List<MarketSnapshot> due)
    {
        if (!_lines.Contains(line))
        {
            return;
        }

        if (!_overlaps.TryGetValue(message.Contract, out Overlap? overlap))
        {
            if (_overlaps.Count >= MaxContracts)
            {
                if (line == _lines[0])
                {
                    due.Add(message);
                }

                return;
            }

            overlap = OverlapOf(message.Contract);
        }

        int before = overlap.Remembered;
        TooLate += overlap.Receive(line, new HeldMessage(message, now), due, IsRemembering);
        _remembered += overlap.Remembered - before;
        while (overlap.Lagging is { } lagging)
        {
            GiveUp(lagging, due);
        }

        if (_remembered > totalBound)
        {
            MakeRoom(due);
        }
    }

    /// <summary>
    /// What has waited since before a moment for a message in common goes out, or is too late; the lines it waited for are behind from then on. So
    /// that a mute line does not keep another's messages. To be called every now and then while <see cref="IsInUse"/>.
    /// </summary>
    public void Release(TimeSpan before, List<MarketSnapshot> due)
    {
        foreach (Overlap overlap in _overlaps.Values)
        {
            TooLate += overlap.Release(before, due, IsRemembering);
        }

        Recount();
    }

    /// <summary>
    /// Whether a line has had a message in common with another, on any contract: what the other had not shown by then was sent after this line was
    /// subscribed.
    /// </summary>
    public bool CarriesOn(Line line, Line other)
    {
        foreach (Overlap overlap in _overlaps.Values)
        {
            if (overlap.CarriesOn(line, other))
            {
                return true;
            }
        }

        return false;
    }

    private void GiveUp(Line lagging, List<MarketSnapshot> due)
    {
        Leave(lagging, due);
        _lagging.Add(lagging);
    }

    /// <summary>
    /// All contracts together have reached the bound. What is kept for lines that are being opened goes first, the oldest half of it; then the lines
    /// because of which most is kept, mute ones among them.
    /// </summary>
    private void MakeRoom(List<MarketSnapshot> due)
    {
        ForgetHalf();
        int enough = totalBound - (totalBound / 4);
        while (_remembered > enough && MostKeptFor() is { } lagging)
        {
            GiveUp(lagging, due);
        }

        if (_remembered > enough)
        {
            Release(TimeSpan.MaxValue, due);
            ForgetHalf();
        }
    }

    private void ForgetHalf()
    {
        foreach (Overlap overlap in _overlaps.Values)
        {
            overlap.ForgetHalf();
        }

        Recount();
    }

    private Line? MostKeptFor()
    {
        Dictionary<Line, int> kept = [];
        foreach (Overlap overlap in _overlaps.Values)
        {
            overlap.CountKept(kept);
        }

        return kept.Count == 0 ? null : kept.MaxBy(static each => each.Value).Key;
    }

    private void Recount() => _remembered = _overlaps.Values.Sum(static overlap => overlap.Remembered);

    private Overlap OverlapOf(ContractKey contract) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_overlaps, contract, out _) ??= new Overlap(bound);

    private void RemoveIfDeserted(ContractKey contract, Overlap overlap)
    {
        if (overlap.IsDeserted && !IsRemembering)
        {
            _overlaps.Remove(contract);
        }
    }
}
