using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

public sealed class CellTextTests
{
    [Theory]
    [InlineData("SAFAB03", 7)]
    [InlineData("زعفران", 6)]
    [InlineData("مُحَمَّد", 4)] // marks take no column of their own
    [InlineData("می\u200cرود", 5)] // a joiner takes no column
    [InlineData("金", 2)]
    [InlineData("", 0)]
    public void The_width_of_a_text_is_its_width_on_a_terminal(string text, int width) => CellText.Width(text).Should().Be(width);

    [Theory]
    [InlineData("SAFAB03", 7, "SAFAB03")]
    [InlineData("SAFAB03", 5, "SAFA…")]
    [InlineData("مُحَمَّد", 3, "مُحَ…")]
    [InlineData("金金金", 4, "金…")]
    [InlineData("SAFAB03", 1, "…")]
    [InlineData("SAFAB03", 0, "")]
    public void A_text_that_is_too_long_is_cut_between_letters(string text, int width, string cut) => CellText.Cut(text, width).Should().Be(cut);

    [Theory]
    [InlineData("GB30", "  GB30", "GB30  ")]
    [InlineData("قرار", "  قرار", "قرار  ")]
    [InlineData("金金", "  金金", "金金  ")]
    public void A_text_is_padded_to_a_width_in_columns(string text, string right, string left)
    {
        CellText.Right(text, 6).Should().Be(right);
        CellText.Left(text, 6).Should().Be(left);
    }

    [Fact]
    public void A_right_to_left_name_is_isolated_from_the_text_after_it()
    {
        CellText.Name("قرار", 6, NameForm.Isolated).Should().Be("\u2068قرار\u2069  ");
        CellText.Name("قرار", 6, NameForm.Verbatim).Should().Be("قرار  ");
        CellText.Name("GB30", 6, NameForm.Isolated).Should().Be("GB30  ");
    }

    [Theory]
    [InlineData("\e[2Jgone", "·[2Jgone")]
    [InlineData("a\nb\rc\u009b1m", "a·b·c·1m")]
    [InlineData("\u202eabc\u2067", "·abc·")]
    [InlineData("می\u200cرود +", "می\u200cرود +")]
    public void Characters_that_control_the_terminal_are_not_shown(string text, string shown) => CellText.Printable(text).Should().Be(shown);
}
