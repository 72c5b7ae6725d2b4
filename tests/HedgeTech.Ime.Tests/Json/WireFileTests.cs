namespace HedgeTech.Ime.Tests.Json;

public sealed class WireFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Json", "Wire");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder, "*.json").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_from_a_file_is_read_as_the_file_beside_it_expects(string name)
    {
        byte[] message = File.ReadAllBytes(Path.Combine(Folder, name + ".json"));
        string expected = File.ReadAllText(Path.Combine(Folder, name + ".expected"));

        SnapshotText.OfMessage(message).Should().Be(expected);
    }

    public static TheoryData<string> SnapshotNames => [.. Names.Select(static row => row.Data).Where(static name => !name.StartsWith("rejected", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(SnapshotNames))]
    public void Every_truncated_message_from_a_file_is_refused_at_or_before_its_last_byte(string name)
    {
        // A line end after the message is not part of it.
        ReadOnlySpan<byte> message = File.ReadAllBytes(Path.Combine(Folder, name + ".json")).AsSpan().TrimEnd("\n "u8);
        for (int length = 0; length < message.Length; length++)
        {
            bool isRead = MarketSnapshotSerializer.TryDeserialize(message[..length], out MarketSnapshot? snapshot, out ImeFormatException? error);

            isRead.Should().BeFalse("only {0} bytes of {1} are there", length, name);
            snapshot.Should().BeNull();
            error!.ByteOffset.Should().BeInRange(0, length);
        }
    }
}
