using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests the sentences that a recorder logs.</summary>
public sealed class RecorderLogTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("No space left on device : '1.imerec'", "No space left on device : '1.imerec'.")]
    [InlineData("The disk is full.", "The disk is full.")]
    public async Task A_failure_of_the_disk_that_cost_nothing_is_logged_in_whole_sentences_without_a_number(string reason, string logged)
    {
        using Disk disk = new() { Room = 0, Refusal = reason };
        using Lines lines = new();
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, lines, null, disk.Create, MarketRecorder.MaxPendingBytes))
        {
            Task refused = disk.WhenRefused();
            new MadeUpFeed(1).Give(recorder, 50);
            await refused.WaitAsync(Soon, Cancellation);
            disk.Room = long.MaxValue;
            await recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation);
            recorder.Statistics.Lost.Should().Be(0);
        }

        lines.Warnings.Should().Equal(
            $"The recording cannot be written: {logged} The recorder keeps trying, and counts what it loses.",
            "The recording can be written again. Nothing has been lost.");
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
