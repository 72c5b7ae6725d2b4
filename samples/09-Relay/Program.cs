using HedgeTech.Ime;
using HedgeTech.Ime.Relay;
using Relay;
using Samples;

// One account, two readers: dotnet run -- [CONTRACT...]. With your own Redis: dotnet run -- --redis HOST:PORT [CONTRACT...]
string? given = args is ["--redis", var address, ..] ? address : null;
if (given is not null && given.Split(',').Any(static part => part.TrimStart().StartsWith("password", StringComparison.OrdinalIgnoreCase)))
{
    Console.Error.WriteLine("--redis must not contain a password, because other users of the machine can read arguments. The sample uses a Redis without one.");
    return 1;
}

string[] contracts = [.. args.Skip(given is null ? 0 : 2).DefaultIfEmpty("SAFAB03")];
return await Sample.RunAsync(async (account, cancellationToken) =>
{
    await using OwnRedis? redis = given is null ? await OwnRedis.StartAsync(cancellationToken) : null;
    RelayOptions options = new() { Configuration = given ?? redis!.Address, Name = "sample" };
    ContractSet set = ContractSet.ByName(contracts);
    string addresses = string.Join(',', options.Configuration.Split(',', StringSplitOptions.TrimEntries).Where(static part => !part.Contains('=', StringComparison.Ordinal))); // the other parts are options
    Console.WriteLine($"The relay 'sample' is on {addresses}. Read it in Python too: python3 samples/09-Relay/reader.py {addresses} sample");

    // In production, the publisher and the two readers run on different machines, and a second publisher is on standby.
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
