using HedgeTech.Ime.Relay.Redis;

namespace HedgeTech.Ime.Relay.Tests.Redis;

public sealed class ReadPageTests
{
    [Fact]
    public void Reads_of_small_entries_grow_to_thousands_of_entries()
    {
        ReadPage page = new();

        // 60 bytes each
        Answered(page, 60, times: 30);

        page.Entries.Should().Be(4096);
    }

    [Fact]
    public void Reads_of_large_entries_shrink_to_about_a_mebibyte_and_stay_there()
    {
        ReadPage page = new();

        Answered(page, 49_000, times: 30);

        (page.Entries * 49_000).Should().BeInRange(256 * 1024, 1280 * 1024);
    }

    [Fact]
    public void A_read_that_is_not_full_does_not_make_the_next_one_longer_and_one_without_an_answer_makes_it_shorter()
    {
        ReadPage page = new();
        int before = page.Entries;

        page.Answered(1, 60);
        page.Entries.Should().Be(before);

        page.Shrink();
        page.Entries.Should().Be(before / 2);
        for (int i = 0; i < 20; i++)
        {
            page.Shrink();
        }

        page.Entries.Should().Be(1);
    }

    private static void Answered(ReadPage page, long bytesOfAnEntry, int times)
    {
        for (int i = 0; i < times; i++)
        {
            page.Answered(page.Entries, page.Entries * bytesOfAnEntry);
        }
    }
}
