namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>How to write a name that runs from right to left.</summary>
internal enum NameForm
{
    /// <summary>Unchanged, for a pipe.</summary>
    Verbatim,

    /// <summary>Isolated from the text beside it, for a terminal that reorders right-to-left text and would otherwise also reorder the numbers after the name.</summary>
    Isolated,

    /// <summary>Already joined and reordered, for a terminal that does neither.</summary>
    Turned,
}
