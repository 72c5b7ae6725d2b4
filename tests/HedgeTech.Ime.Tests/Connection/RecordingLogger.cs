using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Keeps all log entries of every level.</summary>
internal sealed class RecordingLogger : ILogger
{
    public ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> Entries { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, eventId, $"{formatter(state, exception)} {exception}"));
}
