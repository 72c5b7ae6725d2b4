using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>Writes the log entries of a relay to the output of the test, and keeps the warnings.</summary>
internal sealed class TestLog : ILoggerFactory, ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ConcurrentQueue<string> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // All entries go to the output of the test.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Enqueue(formatter(state, exception));
            }

            _output?.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {eventId.Id} {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
        // The log owns no resources.
    }
}
