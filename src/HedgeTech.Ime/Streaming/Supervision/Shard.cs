namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>A part of a feed's contracts that one connection can carry, and what the supervisor knows of it.</summary>
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

    /// <summary>Tells when it has been silent for too long.</summary>
    public SilenceWatch Silence { get; }

    /// <summary>The places that lines are to hold at all times: as many as redundancy asks for.</summary>
    public List<LineSlot> Slots { get; }

    /// <summary>The open lines, including those that are being closed.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>Whether the service accepts these contracts and this account right now: a line is open and proven.</summary>
    public bool IsStreaming => Lines.Exists(static line => line.IsProven);

    /// <summary>Whether a line is open and none is being replaced.</summary>
    public bool IsSettled => Slots.TrueForAll(static slot => slot.Replacing is null) && Slots.Exists(static slot => slot.Current is not null);

    /// <summary>Whether it belongs to an update that is not yet decided: what goes wrong then is the update's failure and not the feed's.</summary>
    public bool IsProvisional { get; set; }

    /// <summary>Whether it is not wanted any more.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether a line of it was ever proven: its contracts are then known to be right.</summary>
    public bool WasProven { get; set; }

    /// <summary>How it has been refused since it was last accepted.</summary>
    public RefusalRecord Refusals { get; private init; } = new();

    /// <summary>The outages of the connection.</summary>
    public Outage Outage { get; private init; } = new();

    /// <summary>Decides whether redundancy is given up.</summary>
    public RedundancyGuard Redundancy { get; } = new();

    /// <summary>Whether all slots may connect, not only the first: a line was accepted.</summary>
    public bool MayBeRedundant { get; set; }

    /// <summary>The same history with other contracts: what becomes of a shard that has to be split.</summary>
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
