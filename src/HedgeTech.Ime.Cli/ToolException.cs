namespace HedgeTech.Ime.Cli;

/// <summary>The tool cannot continue. The message is for the user, says what to do, and contains no secrets.</summary>
internal sealed class ToolException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of the tool.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
