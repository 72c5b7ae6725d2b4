using HedgeTech.Ime;
using HedgeTech.Ime.Recording;
using Replay;
using Samples;
using StrategyTests;

// Runs the strategy of sample 6 on a recorded day: dotnet run -- [FOLDER [PICTURE]]. Runs the same code on the live market: dotnet run -- --live
ContractKey contract = ContractKey.Name("SAFAB03");
if (args is ["--live"])
{
    return await Sample.RunAsync(async (account, cancellationToken) =>
    {
        await using ImeClient client = new(account.Options);
        ResultChart chart = new(TimeProvider.System, Console.WriteLine);
        await new Strategy(new SeenByChart(client, chart), contract, chart).RunAsync(cancellationToken);
    });
}

try
{
    string folder = args.FirstOrDefault() ?? Path.Combine(AppContext.BaseDirectory, "recorded-day");
    await RecordedDay.MakeAsync(folder, contract);

    ReplaySource source = new(folder);
    ResultChart chart = new(source.Clock, static _ => { });
    await new Strategy(new SeenByChart(source, chart), contract, chart).RunAsync(CancellationToken.None);

    string picture = Path.GetFullPath(args.ElementAtOrDefault(1) ?? "replay.svg");
    await File.WriteAllTextAsync(picture, chart.ToSvg());
    Console.WriteLine($"{chart.Snapshots} snapshots and {chart.Orders} orders from {source.Begin:yyyy-MM-dd HH:mm} to {source.End:HH:mm} UTC: {picture}");
    return 0;
}
catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
