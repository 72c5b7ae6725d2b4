namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>A digest of all events, decisions and log entries of a life, in order and with their times.</summary>
internal sealed class FeedLifeDigest
{
    private const ulong Prime = 1099511628211;

    /// <summary>The FNV-1a hash of all added values.</summary>
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
