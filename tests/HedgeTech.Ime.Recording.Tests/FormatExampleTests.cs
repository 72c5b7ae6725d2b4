using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Writing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>The code writes and reads the example bytes in the documentation of the format.</summary>
public sealed class FormatExampleTests : IDisposable
{
    private static readonly DateTimeOffset BeganAt = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
    private static readonly SegmentName Name = new(42, BeganAt, 0x9F86D081884C7D65);
    private static readonly byte[] Message = [.. "{\"channel\":\"IME Stream\",\"contractName\":\"SAFAB03\",\"data\":{}}"u8];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_code_writes_the_bytes_of_the_documented_example()
    {
        string documentation = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "reference", "recording-format.md"), TestContext.Current.CancellationToken);
        byte[] documented = Bytes(documentation);
        MemoryFile file = new();
        RecordBuffer buffer = new(1 << 20, wakesOnBatch: false);
        buffer.IndexOf(ContractKey.Name("SAFAB03"));
        SegmentBegin begin = new() { Id = Name.Id, Number = 42, PredecessorNumber = 41, PredecessorId = 0x0123456789ABCDEF, Writer = "HedgeTech.Ime.Recording 0.1.0", Contracts = buffer.ContractsFrom(0) };
        using SegmentWriter segment = new(file, begin, BeganAt, continues: false, buffer, TimeProvider.System);
        MarketSnapshot snapshot = MarketSnapshotSerializer.Deserialize(Message) with { ReceivedAt = BeganAt.AddMilliseconds(12) };
        buffer.AddFrame(snapshot, Message);
        Queue<RecordChunk> chunks = [];
        buffer.Take(chunks);
        RecordChunk chunk = chunks.Dequeue();
        segment.Write(chunk.Bytes.AsSpan(0, chunk.Length), long.MaxValue).Should().Be(chunk.Length);
        segment.WriteLoss(new LossNote(3, 0), BeganAt.AddSeconds(1).UtcTicks);
        segment.WriteEnd(continues: false);

        Convert.ToHexString(file.Bytes.ToArray()).Should().Be(Convert.ToHexString(documented));
    }

    [Fact]
    public async Task The_code_reads_the_documented_example_as_described()
    {
        byte[] documented = Bytes(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "reference", "recording-format.md"), TestContext.Current.CancellationToken));
        string date = Path.Combine(_folder.Path, "2026-01-03");
        Directory.CreateDirectory(date);
        await File.WriteAllBytesAsync(Path.Combine(date, $"{Name}{SegmentName.Plain}"), documented, TestContext.Current.CancellationToken);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        (report.Snapshots, report.Events, report.Lost, report.Damage.Count, report.Gaps.Count).Should().Be((1, 0, 3, 0, 0));
        (await Replayed.AllAsync(_folder.Path, contracts: ContractSet.ByName("SAFAB03"))).ShouldBe(
        [
            MarketSnapshotSerializer.Deserialize(Message) with { ReceivedAt = BeganAt.AddMilliseconds(12) },
            new SnapshotsDropped { ReceivedAt = BeganAt.AddSeconds(1), Count = 3 },
        ]);
    }

    [Theory]
    [InlineData("00000042-20260103T063000.000Z-9f86d081884c7d65", true)]
    [InlineData("4294967295-20260103T063000.000Z-9f86d081884c7d65", true)]
    [InlineData("00000042-20260103T063000.000Z-9f86d081884c7d6", false)]
    [InlineData("00000042-20260103T063000Z-9f86d081884c7d65", false)]
    [InlineData("-20260103T063000.000Z-9f86d081884c7d65", false)]
    [InlineData("notes", false)]
    public void The_name_of_a_segment_is_parsed_only_in_the_form_in_which_it_is_written(string text, bool isName)
    {
        SegmentName.TryParse(text, out SegmentName name).Should().Be(isName);
        if (isName)
        {
            name.ToString().Should().Be(text);
        }
    }

    [Fact]
    public void The_checksum_has_the_check_value_of_CRC_32C() => (~RecordHeader.Crc(uint.MaxValue, "123456789"u8)).Should().Be(0xE3069283);

    private static byte[] Bytes(string documentation)
    {
        string example = documentation[documentation.IndexOf("## Worked example", StringComparison.Ordinal)..];
        StringBuilder hex = new();
        foreach (Match line in Regex.Matches(example, "^([0-9A-F]{4})  ((?:[0-9A-F]{2} ?)+)", RegexOptions.Multiline))
        {
            (hex.Length / 2).Should().Be(int.Parse(line.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), "each offset must equal the number of bytes before it");
            hex.Append(line.Groups[2].Value.Replace(" ", "", StringComparison.Ordinal));
        }

        return Convert.FromHexString(hex.ToString());
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HedgeTech.Ime.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private sealed class MemoryFile : ISegmentFile
    {
        public List<byte> Bytes { get; } = [];

        public bool IsThere => true;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            offset.Should().Be(Bytes.Count);
            Bytes.AddRange(bytes);
        }

        public void SetLength(long length) => Bytes.RemoveRange((int)length, Bytes.Count - (int)length);

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }
}
