using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

public sealed class ReaderAllocationTests
{
    private const int SnapshotBytes = 432;
    private const string PersianName = "قرارداد آتی زعفران نگین تحویل اسفند ماه 1400";

    public static TheoryData<string, string> Messages => new()
    {
        { "compact", WireObject.Complete().ToText() },
        { "spaced", WireObject.Complete().ToText(isSpaced: true) },
        { "Persian", WireObject.Complete().Set("contractName", $"\"{PersianName}\"").ToText() },
        { "Persian in escapes", WireObject.Complete().Set("contractName", $"\"{Escape(PersianName)}\"").ToText(isSpaced: true) },
        { "an id as a number", WireObject.Complete().Set("contractName", "null").Add("ContractId", "276").ToText() },
        { "both identifiers", WireObject.Complete().Add("ContractId", "\"276\"").ToText() },
        { "NaN", WireObject.Complete().Set("data.Aggregate.last_price", "NaN").Set("data.BestLimit.1", "-Infinity").ToText() },
        { "numbers in strings", WireObject.Complete().Set("data.Aggregate.last_price", "\"\\u0031.50\"").ToText() },
        { "nothing available", WireObject.Complete().Set("data", "{}").Set("timestamp", "\"tomorrow\"").ToText() },
        { "unknown members", WireObject.Complete().Add("\\u006eote", "[{\"a\\n\":\"\\ud800\"},1e5,null]").ToText() },
        { "repeated members", WireObject.Complete().Repeat("data", new WireObject()).Repeat("contractName", "\"SAFDY03\"").ToText() },
        { "Jalali", WireObject.Complete().Set("data.Aggregate.date", "\"1404/08/23\"").ToText() },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Reading_a_message_allocates_only_its_snapshot(string kind, string text)
    {
        byte[] message = System.Text.Encoding.UTF8.GetBytes(text);
        SnapshotReader connection = new(Tehran.Offset, [ContractKey.Name("SAFAB03"), ContractKey.Name(PersianName)]);

        Allocated(() => connection.TryRead(message, DateTimeOffset.UnixEpoch, message, out _, out _)).Should().Be(SnapshotBytes, "the message is {0}", kind);
        Allocated(() => MarketSnapshotSerializer.TryDeserialize(message, out _, out _)).Should().Be(SnapshotBytes, "the message is {0}", kind);
    }

    /// <summary>Returns the allocated bytes per call, once the caches are full. Takes the minimum over some rounds, because a garbage collection may empty the array pool in one of them.</summary>
    private static double Allocated(Func<bool> read)
    {
        const int Count = 1000;
        read().Should().BeTrue();

        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Count; i++)
            {
                read();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / (double)Count;
    }

    private static string Escape(string text) => string.Concat(text.Select(static character => $"\\u{(int)character:x4}"));
}
