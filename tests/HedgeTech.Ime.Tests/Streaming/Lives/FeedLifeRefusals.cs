namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>When a set of contracts that streamed before is finally refused, by the rule that is documented.</summary>
internal sealed class FeedLifeRefusals
{
    private const int Fewest = 5;

    private int _count;
    private DateTimeOffset _first;

    /// <summary>The set is accepted. Returns true if that ends enough refusals to be final.</summary>
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
