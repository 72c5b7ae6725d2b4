namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Who joins and reorders the letters of names that run from right to left.</summary>
internal enum RightToLeft
{
    /// <summary>The tool for terminals known not to do so, otherwise the terminal.</summary>
    Auto,

    /// <summary>The terminal.</summary>
    Terminal,

    /// <summary>The tool.</summary>
    Tool,
}

/// <summary>Applies the choice.</summary>
internal static class RightToLeftExtensions
{
    /// <summary>Returns how to write names to the terminal.</summary>
    /// <param name="choice">The user's choice.</param>
    /// <param name="variable">Returns an environment variable; null if it is not set.</param>
    /// <param name="isWindows">Whether this is Windows, whose own terminals do not reorder text.</param>
    public static NameForm ToNameForm(this RightToLeft choice, Func<string, string?> variable, bool isWindows) => choice switch
    {
        RightToLeft.Terminal => NameForm.Isolated,
        RightToLeft.Tool => NameForm.Turned,
        _ => isWindows || variable("WT_SESSION") is not null || variable("XTERM_VERSION") is not null || variable("TERM_PROGRAM") == "WezTerm" || variable("TERM") is "alacritty" or "foot"
            ? NameForm.Turned
            : NameForm.Isolated,
    };
}
