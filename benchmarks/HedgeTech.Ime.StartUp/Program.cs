using HedgeTech.Ime;

// StartUp ADDRESS: connects, takes one snapshot, and ends. Run by the command startup of HedgeTech.Ime.EndToEnd, which takes the time.
await using ImeClient client = new(new ImeClientOptions { BaseAddress = new Uri(args[0]), AccessToken = "token" });
await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["C00001"]))
{
    Console.WriteLine(snapshot.Contract.Value);
    return;
}
