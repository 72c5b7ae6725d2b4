using System.Globalization;
using HedgeTech.Ime;

namespace QuickStart;

/// <summary>Prints events as rows of a table.</summary>
internal sealed class Table(ContractSet contracts)
{
    private const string Nothing = "-";
    private static readonly TimeSpan Tehran = new(3, 30, 0);
    private readonly int _contractWidth = Math.Clamp(contracts.Max(static contract => Width(contract.ToString())), "contract".Length, 48);

    public string Header =>
        $"{"time",-12}  {Contract("contract")}  {"last",10}  {"change",8}  {"bid × quantity",17}  {"ask × quantity",17}  {"volume",8}  {"open interest",13}";

    public string Line(FeedEvent feedEvent) => feedEvent switch
    {
        MarketSnapshot snapshot => Line(snapshot),
        FeedConnected connected => Note(connected, $"connected: {connected.Contracts}"),
        FeedInterrupted interrupted => Note(interrupted, $"interrupted: {interrupted.Reason}, {interrupted.Contracts}. {interrupted.Description}"),
        FeedResumed resumed => Note(resumed, $"resumed after {resumed.Gap.TotalSeconds:0.0} s: {resumed.Contracts}"),
        FeedSilent silent => Note(silent, $"silent for {silent.Silence.TotalSeconds:0} s, replacing the connection: {silent.Contracts}"),
        SnapshotsDropped dropped => Note(dropped, $"{dropped}"),
        FrameRejected rejected => Note(rejected, $"unreadable message: {rejected.Reason}"),
        _ => feedEvent.ToString(),
    };

    private string Line(MarketSnapshot snapshot)
    {
        BestLimitLevel best = snapshot.BestLimit.Level1;
        string volume = Quantity(snapshot.Aggregate.TotalVolume, snapshot, SnapshotFields.TotalVolume);
        string openInterest = Quantity(snapshot.ContractInfo.OpenInterest, snapshot, SnapshotFields.OpenInterest);
        return $"{snapshot.Timestamp:HH:mm:ss.fff}  {Contract(snapshot.Contract.ToString())}  {Price(snapshot.LastPrice),10}  {Change(snapshot.ChangeFromPreviousClose),8}  "
            + $"{Side(snapshot.BestBid, best.BidQuantity),17}  {Side(snapshot.BestAsk, best.AskQuantity),17}  {volume,8}  {openInterest,13}";
    }

    private static string Note(FeedEvent feedEvent, string text) => $"{feedEvent.ReceivedAt.ToOffset(Tehran):HH:mm:ss.fff}  -- {text.TrimEnd()}";

    private static string Price(decimal? price) => price?.ToString("#,0.####", CultureInfo.InvariantCulture) ?? Nothing;

    private static string Change(decimal? change) => change?.ToString("+#,0.####;-#,0.####;0", CultureInfo.InvariantCulture) ?? Nothing;

    private static string Side(decimal? price, long quantity) => price is null ? Nothing : $"{Price(price)} × {quantity,4}";

    private static string Quantity(long value, MarketSnapshot snapshot, SnapshotFields field) =>
        snapshot.Unavailable.HasFlag(field) ? Nothing : value.ToString("#,0", CultureInfo.InvariantCulture);

    // A letter with its marks and joiners takes one column, regardless of its number of characters.
    private static int Width(string text) => new StringInfo(text).LengthInTextElements;

    private string Contract(string name)
    {
        string cut = Width(name) <= _contractWidth ? name : new StringInfo(name).SubstringByTextElements(0, _contractWidth - 1) + "…";
        string padding = new(' ', _contractWidth - Width(cut));

        // Isolates the name. Otherwise the numbers after a right-to-left name would be displayed as part of it.
        return cut.Any(static letter => letter >= '\u0590') ? $"\u2068{cut}\u2069{padding}" : cut + padding;
    }
}
