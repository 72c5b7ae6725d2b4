using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Checks;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.0126, "13 ms")]
    [InlineData(0.9996, "1 s")]
    [InlineData(3.44, "3.4 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(-125, "2 min 5 s")]
    [InlineData(12600, "3 h 30 min")]
    [InlineData(360000, "4 d 4 h")]
    public void A_duration_is_written_in_readable_units(double seconds, string words) =>
        Words.Seconds(TimeSpan.FromSeconds(seconds)).Should().Be(words);

    [Theory]
    [InlineData(210, "03:30", "+03:30")]
    [InlineData(0, "00:00", "+00:00")]
    [InlineData(-300, "-05:00", "-05:00")]
    public void An_offset_is_written_in_the_form_that_the_options_accept(int minutes, string offset, string withSign)
    {
        Words.Offset(TimeSpan.FromMinutes(minutes)).Should().Be(offset);
        Words.SignedOffset(TimeSpan.FromMinutes(minutes)).Should().Be(withSign);
        TimeSpan.Parse(offset, null).Should().Be(TimeSpan.FromMinutes(minutes));
    }

    [Fact]
    public void A_sample_of_delays_keeps_their_quantiles()
    {
        DelaySample sample = new();
        for (int i = 1; i <= 100_000; i++)
        {
            sample.Add(TimeSpan.FromMilliseconds(i));
        }

        sample.Quantile(0.5).TotalMilliseconds.Should().BeApproximately(50_000, 100);
        sample.Quantile(0.99).TotalMilliseconds.Should().BeApproximately(99_000, 100);
    }

    [Fact]
    public void Text_from_outside_is_shown_on_one_line_without_secrets_or_terminal_control()
    {
        ForeignText text = new();
        text.Hide("s3cret/Value");

        string clean = text.Clean("no \u001b[31mred\u001b[0m,\r\nno s3cret/Value, no s3cret%2FValue" + new string('x', 500));

        clean.Should().StartWith("no [31mred[0m,  no [redacted], no [redacted]xxx").And.HaveLength(201);
        clean.Any(char.IsControl).Should().BeFalse();
    }
}
