// dotnet run --project samples/02-QuickStart [-- [--count N] [CONTRACT NAME]...]
// With IME_USERNAME and IME_PASSWORD, it streams the real service. Without them, it streams a simulator in this process.
using HedgeTech.Ime;
using QuickStart;
using Samples;

return await Sample.RunAsync(async (account, stop) =>
{
    Settings settings = Settings.Read(args);
    await using ImeClient client = new(account.Options);
    Table table = new(settings.Contracts);
    Console.WriteLine(table.Header);
    long remaining = settings.Count;
    await foreach (FeedEvent feedEvent in client.StreamEventsAsync(settings.Contracts, stop))
    {
        Console.WriteLine(table.Line(feedEvent));
        if (feedEvent is MarketSnapshot && --remaining == 0)
        {
            break;
        }
    }
});
