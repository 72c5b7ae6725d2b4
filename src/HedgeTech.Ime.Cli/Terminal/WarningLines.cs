using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Passes the warnings of a library on as lines for the user. Thread-safe.</summary>
/// <param name="write">Takes each line.</param>
/// <param name="except">The id of a warning that the user learns in another way; 0 for none.</param>
internal sealed class WarningLines(Action<string> write, int except = 0) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one place for the lines.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && (except == 0 || eventId.Id != except))
        {
            write($"ime: {CellText.Printable(formatter(state, exception))}");
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
