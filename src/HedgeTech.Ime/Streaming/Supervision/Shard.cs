namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>A part of a feed's contracts that one connection can carry, and what is known of it.</summary>
internal sealed class Shard
{
    public Shard(int number, ContractSet contracts, SilenceWatch silence, int slots = 1)
    {
        Number = number;
        Contracts = contracts;
        Silence = silence;
        Slots = [.. Enumerable.Range(0, slots).Select(index => new LineSlot(this, index))];
    }

    /// <summary>The number of the connection within the feed, from 1.</summary>
    public int Number { get; }

    public ContractSet Contracts { get; }

    public SilenceWatch Silence { get; }

    /// <summary>The slots for its lines, as many as redundancy asks for.</summary>
    public List<LineSlot> Slots { get; }

    /// <summary>The open lines, including those that are being closed.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>Whether the service accepts these contracts and this account right now: a line is open and proven.</summary>
    public bool IsStreaming => Lines.Exists(static line => line.IsProven);

    /// <summary>Whether a line is open and none is being replaced.</summary>
    public bool IsSettled => Slots.TrueForAll(static slot => slot.Replacing is null) && Slots.Exists(static slot => slot.Current is not null);

    /// <summary>Whether it belongs to an update that is not decided yet. A failure then fails the update, not the feed.</summary>
    public bool IsProvisional { get; set; }

    /// <summary>Whether it is no longer wanted.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether a line of it was ever proven: its contracts are then known to be right.</summary>
    public bool WasProven { get; set; }

    /// <summary>How it has been refused since it was last accepted.</summary>
    public RefusalRecord Refusals { get; private init; } = new();

    public Outage Outage { get; private init; } = new();

    public RedundancyGuard Redundancy { get; } = new();

    /// <summary>Whether all slots may connect, not only the first: a line was accepted.</summary>
    public bool MayBeRedundant { get; set; }

    /// <summary>Creates a part of this shard, which has to be split, with the same history.</summary>
    public Shard With(int number, ContractSet contracts, SilenceWatch silence)
    {
        Shard part = new(number, contracts, silence, Slots.Count)
        {
            IsProvisional = IsProvisional,
            WasProven = WasProven,
            Outage = Outage.Inherit(),
            Refusals = Refusals.Copy(),
        };
        for (int i = 0; i < Slots.Count; i++)
        {
            part.Slots[i].Inherit(Slots[i]);
        }

        return part;
    }
}
