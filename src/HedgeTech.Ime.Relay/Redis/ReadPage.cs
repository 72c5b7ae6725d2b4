namespace HedgeTech.Ime.Relay.Redis;

/// <summary>How many entries one read takes at most. Entries differ a hundredfold in size, so the number follows the bytes of the answers. Not thread-safe.</summary>
internal sealed class ReadPage
{
    private const int First = 30; // of 64 messages: about 1.5 MiB
    private const int Most = 4096;
    private const long Small = 256 * 1024;
    private const long Large = 1024 * 1024;

    public int Entries { get; private set; } = First;

    /// <summary>A read was answered.</summary>
    /// <param name="entries">The number of entries.</param>
    /// <param name="bytes">Their bytes.</param>
    public void Answered(int entries, long bytes)
    {
        if (bytes > Large)
        {
            Entries = Math.Max(Entries / 2, 1);
        }
        else if (entries == Entries && bytes < Small)
        {
            Entries = Math.Min(Entries + Math.Max(Entries / 4, 1), Most);
        }
    }

    /// <summary>The network may be too slow for so much in the time that an answer may take: the entries may have become larger since the last answer.</summary>
    public void Shrink() => Entries = Math.Max(Math.Min(Entries / 2, First), 1);
}
