namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>A number that stands for everything a life did, in order: events, decisions and log entries, each with its time.</summary>
internal sealed class FeedLifeDigest
{
    private const ulong Prime = 1099511628211;

    /// <summary>FNV-1a over all that was added.</summary>
    public ulong Value { get; private set; } = 14695981039346656037;

    public void Add(long number) => Value = unchecked((Value ^ (ulong)number) * Prime);

    public void Add(string text)
    {
        foreach (char character in text)
        {
            Add(character);
        }
    }
}
