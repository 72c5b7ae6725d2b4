using HedgeTech.Ime;
using HedgeTech.Ime.Recording;

// Records until Ctrl+C, then exports all of the recording to CSV: dotnet run -- [FOLDER [CONTRACT...]]
string folder = args.FirstOrDefault() ?? "recordings";
ContractSet contracts = args.Length > 1 ? ContractSet.ByName(args[1..]) : ContractSet.ByName("SAFAB03", "ETCDY03", "GB30AB03");
return await Samples.Sample.RunAsync(async (account, stop) =>
{
    await using (MarketRecorder recorder = new(folder))
    {
        await using ImeClient client = new(account.Options);
        FeedOptions options = client.CreateFeedOptions();
        options.Sinks.Add(recorder);
        await using MarketFeed feed = client.OpenFeed(contracts, options);
        using CancellationTokenRegistration ending = stop.Register(() => _ = feed.DisposeAsync().AsTask());
        await foreach (MarketSnapshot snapshot in feed)
        {
            Console.WriteLine($"{snapshot} | {recorder.Statistics.Snapshots} recorded, {recorder.Statistics.Lost} lost");
        }
    }

    Console.WriteLine(await RecordingExport.ToCsvAsync(folder, Path.Combine(folder, "snapshots.csv"), cancellationToken: CancellationToken.None));
});
