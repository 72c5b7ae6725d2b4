// dotnet run --project samples/05-CsvRecorder [-- FOLDER [CONTRACT NAME]...]
// Records messages and gaps into one file for each day in Tehran. After it is stopped or killed, the next start continues the recording.
using CsvRecorder;
using HedgeTech.Ime;
using Samples;

return await Sample.RunAsync(async (account, stop) =>
{
    string folder = Path.GetFullPath(args is [var first, ..] ? first : "recordings");
    ContractSet contracts = ContractSet.ByName(args.Length > 1 ? args[1..] : ["SAFAB03", "ETCDY03", "GB30AB03"]);

    await using ImeClient client = new(account.Options);
    using Recorder recorder = new(folder, TimeProvider.System);
    Console.WriteLine($"Recording {contracts} to {folder}");
    await recorder.RunAsync(client.StreamEventsAsync(contracts, stop), stop);
});
