namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>How a name that runs from right to left is written.</summary>
internal enum NameForm
{
    /// <summary>As it is: for a pipe.</summary>
    Verbatim,

    /// <summary>Isolated from what stands beside it, for a terminal that turns right-to-left text, or it would turn the numbers behind the name too.</summary>
    Isolated,

    /// <summary>Joined and turned already, for a terminal that does neither.</summary>
    Turned,
}
