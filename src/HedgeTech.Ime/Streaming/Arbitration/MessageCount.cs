namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>How many messages an arbiter keeps in all its sequences. A long one that is held with its bytes counts several times.</summary>
internal sealed class MessageCount
{
    public int Value { get; private set; }

    public void Add(int messages) => Value += messages;
}
