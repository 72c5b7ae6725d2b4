using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

public sealed class VisualOrderTests
{
    [Theory]
    [InlineData("SAFAB03", "SAFAB03")]
    [InlineData("آتی", "\ufbfd\ufe97\ufe81")] // alef does not join the next letter, so teh has its initial form and yeh its final form
    [InlineData("زر 1403", "1403 \ufead\ufeaf")]
    [InlineData("زعف0110پ09", "09\ufb560110\ufed2\ufecb\ufeaf")]
    [InlineData("نوین(پ)", "(\ufb56)\ufee6\ufbfe\ufeee\ufee7")]
    [InlineData("می\u200cرود", "\ufea9\ufeed\ufead\ufbfd\ufee3")] // the non-joiner gives yeh its final form, and is removed
    [InlineData("مُل", "\ufede\ufee3\u064f")] // a mark does not interrupt the joining, and stays on its letter
    [InlineData("GB30 آب", "GB30 \ufe8f\ufe81")]
    [InlineData("", "")]
    public void A_Persian_name_is_joined_and_reversed(string name, string seen) => VisualOrder.Of(name).Should().Be(seen);

    [Theory]
    [InlineData("Tool", "TERM=xterm", "Turned")]
    [InlineData("Terminal", "WT_SESSION=1", "Isolated")]
    [InlineData("Auto", "WT_SESSION=1", "Turned")]
    [InlineData("Auto", "XTERM_VERSION=XTerm(379)", "Turned")]
    [InlineData("Auto", "TERM=alacritty", "Turned")]
    [InlineData("Auto", "TERM_PROGRAM=WezTerm", "Turned")]
    [InlineData("Auto", "VTE_VERSION=7200", "Isolated")]
    public void The_tool_reverses_names_if_the_terminal_does_not(string choice, string variable, string form)
    {
        string[] parts = variable.Split('=');

        Enum.Parse<RightToLeft>(choice).ToNameForm(name => name == parts[0] ? parts[1] : null, isWindows: false).ToString().Should().Be(form);
    }

    [Fact]
    public void The_tool_reverses_names_on_Windows_because_its_terminals_do_not() => RightToLeft.Auto.ToNameForm(static _ => null, isWindows: true).Should().Be(NameForm.Turned);
}
