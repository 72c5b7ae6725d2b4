namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Reads a recording to its end.</summary>
internal static class Replayed
{
    public static async Task<List<FeedEvent>> AllAsync(string folder, ReplayOptions? options = null, ContractSet? contracts = null)
    {
        List<FeedEvent> events = [];
        await foreach (FeedEvent feedEvent in new ReplaySource(folder, options).StreamEventsAsync(contracts ?? MadeUpFeed.Contracts, TestContext.Current.CancellationToken))
        {
            events.Add(feedEvent);
        }

        return events;
    }

    /// <summary>Compares lists of events one by one. Faster than a general assertion, and reports where the lists differ.</summary>
    public static void ShouldBe(this IReadOnlyList<FeedEvent> events, IReadOnlyList<FeedEvent> expected)
    {
        int same = events.Zip(expected).TakeWhile(static pair => pair.First.Equals(pair.Second)).Count();
        if (same < expected.Count || same < events.Count)
        {
            string found = same < events.Count ? Text(events[same]) : "the end";
            string wanted = same < expected.Count ? Text(expected[same]) : "the end";
            Assert.Fail($"{events.Count} events instead of {expected.Count}; number {same} is {found} instead of {wanted}");
        }
    }

    private static string Text(FeedEvent feedEvent) => $"{feedEvent.GetType().Name} {feedEvent} at {feedEvent.ReceivedAt:O}";
}
