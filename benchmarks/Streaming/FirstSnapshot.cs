#:project ../../src/HedgeTech.Ime/HedgeTech.Ime.csproj

using HedgeTech.Ime;

// FirstSnapshot ADDRESS: connects, prints the contract of the first snapshot, and ends. The command startup publishes this program in several ways and measures each.
await using ImeClient client = new(new ImeClientOptions { BaseAddress = new Uri(args[0]), AccessToken = "token" });
await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["C00001"]))
{
    Console.WriteLine(snapshot.Contract.Value);
    return;
}
