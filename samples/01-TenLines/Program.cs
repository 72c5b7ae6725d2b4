// dotnet run --project samples/01-TenLines
using HedgeTech.Ime;

return await Samples.Sample.RunAsync(async (account, stop) =>
{
    await using ImeClient client = new(account.Options);
    await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03", "ETCDY03"], stop))
    {
        Console.WriteLine($"{snapshot.Timestamp:HH:mm:ss.fff} | {snapshot.Contract} | last price {snapshot.LastPrice} | best bid {snapshot.BestBid}");
    }
});
