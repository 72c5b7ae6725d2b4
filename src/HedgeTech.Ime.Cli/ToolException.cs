namespace HedgeTech.Ime.Cli;

/// <summary>The tool cannot go on: its message is for the user, says what to do, and holds no secret.</summary>
internal sealed class ToolException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the tool ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
