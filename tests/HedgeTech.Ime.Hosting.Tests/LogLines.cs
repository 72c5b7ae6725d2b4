using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Tests;

/// <summary>Keeps log entries, so that a test can read them and wait for them.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<LogLevel, TaskCompletionSource> _levels = [];

    public ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> Lines { get; } = [];

    /// <summary>Completes once there is a log entry of the given level.</summary>
    public Task WhenAsync(LogLevel level, CancellationToken cancellationToken) => Level(level).Task.WaitAsync(cancellationToken);

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue((logLevel, formatter(state, exception), exception));
        Level(logLevel).TrySetResult();
    }

    private TaskCompletionSource Level(LogLevel level) =>
        _levels.GetOrAdd(level, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
