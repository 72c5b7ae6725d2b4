// dotnet run --project samples/04-SpreadAlert [-- [--above PERCENT] [CONTRACT NAME]...]
// Reads the board five times a second to find wide spreads. That is often enough for people, no matter how fast the market is.
using System.Globalization;
using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;
using Samples;
using SpreadAlert;

return await Sample.RunAsync(async (account, stop) =>
{
    bool isGiven = args is ["--above", ..];
    decimal above = 0.1m;
    if (isGiven && (args.Length < 2 || !decimal.TryParse(args[1], NumberStyles.Number, CultureInfo.InvariantCulture, out above) || above <= 0))
    {
        throw new ArgumentException("--above must be a percentage of the mid price, more than 0.");
    }

    string[] names = isGiven ? args[2..] : args;
    MarketBoard board = new(ContractSet.ByName(names.Length > 0 ? names : ["SAFAB03", "ETCDY03", "GB30AB03"]));
    SpreadAlerts alerts = new(above);

    await using ImeClient client = new(account.Options);
    Task feed = board.RunAsync(client, stop);
    using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
    while (!feed.IsCompleted && await timer.WaitForNextTickAsync(stop))
    {
        foreach (BoardEntry entry in board.Snapshot())
        {
            if (alerts.Judge(entry) is { } alert)
            {
                Console.WriteLine(alert);
            }
        }
    }

    await feed;
});
