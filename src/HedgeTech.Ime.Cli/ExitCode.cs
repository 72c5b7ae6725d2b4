namespace HedgeTech.Ime.Cli;

/// <summary>The exit codes of the tool, one per class of result, so that a script can tell them apart. Documented in <c>docs/reference/cli.md</c>.</summary>
internal enum ExitCode
{
    /// <summary>Success, also if the reader of a pipe has closed it.</summary>
    Success = 0,

    /// <summary>Any other failure.</summary>
    Failure = 1,

    /// <summary>The arguments, the configuration file or an option in it are invalid, or there is no command.</summary>
    Usage = 2,

    /// <summary>No credentials were found, or their file can be read by other users.</summary>
    Credentials = 3,

    /// <summary>The service refused the login, or the token has expired.</summary>
    LoginRefused = 4,

    /// <summary>The service refused a contract, or the token.</summary>
    ContractRefused = 5,

    /// <summary>The service could not be reached.</summary>
    Unreachable = 6,

    /// <summary>Ctrl+C.</summary>
    Interrupted = 130,

    /// <summary>The system asked the tool to end: SIGTERM, or the terminal was closed.</summary>
    Terminated = 143,
}
