namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Who joins and turns the letters of names that run from right to left.</summary>
internal enum RightToLeft
{
    /// <summary>The tool in a terminal that is known not to, otherwise the terminal.</summary>
    Auto,

    /// <summary>The terminal.</summary>
    Terminal,

    /// <summary>The tool.</summary>
    Tool,
}

/// <summary>What follows from the choice.</summary>
internal static class RightToLeftExtensions
{
    /// <summary>How names are to be written to the terminal.</summary>
    /// <param name="choice">The user's choice.</param>
    /// <param name="variable">A variable of the environment; null where it is not set.</param>
    /// <param name="isWindows">Whether this is Windows, whose own terminals turn nothing.</param>
    public static NameForm ToNameForm(this RightToLeft choice, Func<string, string?> variable, bool isWindows) => choice switch
    {
        RightToLeft.Terminal => NameForm.Isolated,
        RightToLeft.Tool => NameForm.Turned,
        _ => isWindows || variable("WT_SESSION") is not null || variable("XTERM_VERSION") is not null || variable("TERM_PROGRAM") == "WezTerm" || variable("TERM") is "alacritty" or "foot"
            ? NameForm.Turned
            : NameForm.Isolated,
    };
}
