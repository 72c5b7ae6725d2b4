using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests;

/// <summary>Collects every text that a client shows: log entries, spans, and the properties of events and exceptions.</summary>
internal sealed class Said : ILoggerProvider, ILogger
{
    /// <summary>The properties that contain the server's bytes and names unchanged, as documented.</summary>
    private static readonly string[] Verbatim = [nameof(FrameRejected.Frame), nameof(MarketSnapshot.Contract), nameof(MarketSnapshot.Frame)];

    private readonly ActivityListener _spans;

    public Said()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "HedgeTech.Ime",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Span,
        };
        ActivitySource.AddActivityListener(_spans);
    }

    /// <summary>Each text, where it was found, and whether it may have several lines, as a stack trace does.</summary>
    public ConcurrentQueue<(string Where, string Text, bool MayHaveLines)> Texts { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose() => _spans.Dispose();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Texts.Enqueue(($"log {eventId.Id}", formatter(state, exception), false));
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            foreach ((string key, object? value) in values)
            {
                Walk($"log {eventId.Id}.{key}", value, []);
            }
        }

        Walk($"log {eventId.Id}.exception", exception, []);
    }

    /// <summary>Collects the texts of an event or an exception, and of every object that it refers to.</summary>
    public void Take(object told) => Walk(told.GetType().Name, told, []);

    private void Span(Activity span)
    {
        Texts.Enqueue(($"span {span.OperationName}", $"{span.DisplayName} {span.StatusDescription}", false));
        foreach ((string key, object? value) in span.TagObjects.Concat(span.Events.SelectMany(static e => e.Tags)))
        {
            Texts.Enqueue(($"span {span.OperationName}.{key}", value?.ToString() ?? "", false));
        }
    }

    private void Walk(string where, object? told, HashSet<object> seen)
    {
        switch (told)
        {
            case null:
                return;
            case string text:
                Texts.Enqueue((where, text, where.EndsWith(".StackTrace", StringComparison.Ordinal)));
                return;
            case IDictionary data:
                foreach (DictionaryEntry entry in data)
                {
                    Walk($"{where}[{entry.Key}]", entry.Key, seen);
                    Walk($"{where}[{entry.Key}]", entry.Value, seen);
                }

                return;
        }

        if (told is ValueType or Type or MemberInfo || !seen.Add(told))
        {
            return;
        }

        Texts.Enqueue(($"{where}.ToString()", told.ToString() ?? "", told is Exception));
        if (told is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk($"{where}[]", item, seen);
            }
        }

        foreach (PropertyInfo property in told.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0 && !Verbatim.Contains(property.Name) && property.Name != nameof(Exception.TargetSite))
            {
                Walk($"{where}.{property.Name}", property.GetValue(told), seen);
            }
        }
    }
}
