namespace HedgeTech.Ime.Cli;

/// <summary>What the tool ends with: one code per class of ending, so that a script can tell them apart. Documented in <c>docs/reference/cli.md</c>.</summary>
internal enum ExitCode
{
    /// <summary>Done; also when the reader of a pipe went away.</summary>
    Success = 0,

    /// <summary>Something that none of the others says.</summary>
    Failure = 1,

    /// <summary>The arguments, the configuration file or an option in it are wrong.</summary>
    Usage = 2,

    /// <summary>No credentials were found, or the file that holds them may be read by others.</summary>
    Credentials = 3,

    /// <summary>The service refused the login, or the token has expired.</summary>
    LoginRefused = 4,

    /// <summary>The service refused a contract, or the token with which it was asked for.</summary>
    ContractRefused = 5,

    /// <summary>The service could not be reached.</summary>
    Unreachable = 6,

    /// <summary>Ctrl+C.</summary>
    Interrupted = 130,

    /// <summary>The system asked the tool to end: SIGTERM, or the terminal was closed.</summary>
    Terminated = 143,
}
