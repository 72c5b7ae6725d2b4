namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Applies the documented rule for the final refusal of a set of contracts that has streamed.</summary>
internal sealed class FeedLifeRefusals
{
    private const int Fewest = 5;

    private int _count;
    private DateTimeOffset _first;

    /// <summary>Called when the set is accepted. Returns true if there were enough refusals before to be final.</summary>
    public bool Accepted()
    {
        bool isSurvived = _count >= Fewest;
        _count = 0;
        return isSurvived;
    }

    public void Refused(DateTimeOffset now) => _first = _count++ == 0 ? now : _first;

    public bool IsFinal(TimeSpan refusedFor, DateTimeOffset now) => _count >= Fewest && now - _first >= refusedFor;

    public FeedLifeRefusals Copy() => (FeedLifeRefusals)MemberwiseClone();
}
