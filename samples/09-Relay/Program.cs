using HedgeTech.Ime;
using HedgeTech.Ime.Relay;
using Relay;
using Samples;

// One account, two readers: dotnet run -- [CONTRACT...]. On Redis of your own: dotnet run -- --redis HOST:PORT [CONTRACT...]
string? given = args is ["--redis", var address, ..] ? address : null;
string[] contracts = [.. args.Skip(given is null ? 0 : 2).DefaultIfEmpty("SAFAB03")];
return await Sample.RunAsync(async (account, cancellationToken) =>
{
    await using OwnRedis? redis = given is null ? await OwnRedis.StartAsync(cancellationToken) : null;
    RelayOptions options = new() { Configuration = given ?? redis!.Address, Name = "sample" };
    ContractSet set = ContractSet.ByName(contracts);
    Console.WriteLine($"The relay 'sample' is on {options.Configuration}. Read it in Python too: python3 samples/09-Relay/reader.py {options.Configuration} sample");

    // In production, these three run on different machines, and a second publisher stands by.
    await using ImeClient client = new(account.Options);
    await using RelayPublisher publisher = new(client, set, options);
    await using RelaySource source = new(options);
    Task publishing = publisher.RunAsync(cancellationToken);
    Task first = ReadAsync("reader 1");
    Task second = ReadAsync("reader 2");
    await await Task.WhenAny(publishing, first, second);

    async Task ReadAsync(string name)
    {
        await foreach (FeedEvent happened in source.StreamEventsAsync(set, cancellationToken))
        {
            Console.WriteLine(happened is MarketSnapshot snapshot
                ? $"{name}: {snapshot.Contract} last price {snapshot.LastPrice}, number {snapshot.Aggregate.TradeCount}"
                : $"{name}: {happened}");
        }
    }
});
