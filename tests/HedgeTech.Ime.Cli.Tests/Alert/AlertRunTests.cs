using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HedgeTech.Ime.Cli.Alert;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>A run by a clock that the test moves.</summary>
public sealed class AlertRunTests
{
    private readonly FakeTimeProvider _time = new(Market.Start);
    private readonly Channel<FeedEvent> _stream = Channel.CreateUnbounded<FeedEvent>();
    private readonly Channel<Crossing> _written = Channel.CreateUnbounded<Crossing>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silence_is_noticed_although_nothing_arrives()
    {
        Task<ExitCode> run = Run("SAFAB03 silent 30s").RunAsync(Read, Token);

        Crossing silence = await AdvanceUntilWrittenAsync();

        silence.Text.Should().StartWith("SAFAB03 silent for 30");
        _time.GetUtcNow().Should().BeOnOrAfter(Market.Start.AddSeconds(30));
        _stream.Writer.Complete();
        (await run).Should().Be(ExitCode.Success);
    }

    [Fact]
    public async Task A_contract_that_has_sent_nothing_is_named_once()
    {
        Channel<string> told = Channel.CreateUnbounded<string>();
        AlertRun run = new(Market.Book("SAFAB03 last > 1", "SAFAB3\e last > 1", "SAFAB03 silent 2m"), [Written()], line => told.Writer.TryWrite(line), null, _time);
        _stream.Writer.TryWrite(Market.At(2));
        Task<ExitCode> running = run.RunAsync(Read, Token);
        (await _written.Reader.ReadAsync(Token)).Value.Should().Be(2);

        (await AdvanceUntilWrittenAsync()).Text.Should().StartWith("SAFAB03 silent for 12");
        _stream.Writer.Complete();
        await running;
        told.Writer.Complete();

        (await told.Reader.ReadAllAsync(Token).ToListAsync(Token)).Should().Equal("ime: no message in the first 30 s from SAFAB3·. Check the name, and whether the market is open.");
    }

    [Fact]
    public async Task Silence_outside_trading_hours_is_not_reported()
    {
        // The start is 10:30 in Tehran, on a Saturday.
        AlertRun closed = new(Market.Book("SAFAB03 silent 30s"), [Written()], static _ => { }, TradingHours.SaturdayToWednesday(new TimeOnly(10, 40), new TimeOnly(17, 0)), _time);
        Task<ExitCode> run = closed.RunAsync(Read, Token);

        Crossing silence = await AdvanceUntilWrittenAsync();

        silence.At.Should().BeOnOrAfter(Market.Start.AddMinutes(10).AddSeconds(30) - AlertRun.Pace);
        _stream.Writer.Complete();
        await run;
    }

    [Fact]
    public async Task Nobody_reading_the_alerts_ends_the_run_without_a_lost_alert()
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using AlertLines lines = AlertLines.Json(new Pipe(static () => throw new IOException("Broken pipe", 32)), ending.Cancel);
        _stream.Writer.TryWrite(Market.At(2));

        (await new AlertRun(Market.Book("SAFAB03 last > 1"), [new Delivery(lines, Fail)], Fail, null, _time).RunAsync(Read, ending.Token)).Should().Be(ExitCode.Success);
    }

    [Fact]
    public async Task A_terminal_that_cannot_be_written_loses_its_alerts_and_no_other_ones()
    {
        List<string> warnings = [];
        using AlertLines lines = AlertLines.Json(new Pipe(static () => throw new IOException("No space left on device", 28)), static () => throw new InvalidOperationException());
        Delivery terminal = new(lines, warnings.Add);
        _stream.Writer.TryWrite(Market.At(2));
        _stream.Writer.Complete();

        (await Run("SAFAB03 last > 1", terminal).RunAsync(Read, Token)).Should().Be(ExitCode.Failure);

        (await _written.Reader.ReadAsync(Token)).Value.Should().Be(2);
        warnings.Should().Equal("an alert did not reach standard output (Standard output cannot be written: No space left on device): SAFAB03 last 2 > 1");
    }

    [Fact]
    public async Task A_failure_of_the_stream_is_passed_on_after_what_was_alerted_is_delivered()
    {
        Output output = new(static (_, _) => Task.FromResult<string?>(null));
        _stream.Writer.TryWrite(Market.At(2));
        _stream.Writer.Complete(new InvalidOperationException("gone"));

        Func<Task> run = () => Run("SAFAB03 last > 1", new Delivery(output, Fail)).RunAsync(Read, Token);

        await run.Should().ThrowAsync<InvalidOperationException>();
        output.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_neither_the_stream_nor_the_end_and_the_alert_counts_as_lost()
    {
        List<string> warnings = [];
        Output output = new(static async (_, giveUp) =>
        {
            await Task.Delay(Timeout.Infinite, giveUp);
            return null;
        });
        Delivery delivery = new(output, warnings.Add);
        using CancellationTokenSource stop = new();
        Task<ExitCode> run = Run("SAFAB03 last > 1", delivery).RunAsync(Read, stop.Token);

        foreach (decimal price in (decimal[])[2, 1, 3])
        {
            _stream.Writer.TryWrite(Market.At(price));
        }

        (await _written.Reader.ReadAsync(Token)).Value.Should().Be(2);
        _stream.Writer.TryWrite(Market.At(0.5m));
        _stream.Writer.TryWrite(Market.At(3));
        (await _written.Reader.ReadAsync(Token)).Value.Should().Be(3);
        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await run).Should().Be(ExitCode.Failure);
        delivery.Lost.Should().Be(2);
        warnings.Should().HaveCount(2).And.AllSatisfy(static warning => warning.Should().StartWith("an alert did not reach the test (the tool ended): SAFAB03 last "));
    }

    [Fact]
    public async Task Of_more_alerts_than_may_wait_the_oldest_are_dropped_and_counted()
    {
        TaskCompletionSource go = new();
        Output output = new(async (_, _) =>
        {
            await go.Task;
            return null;
        });
        Delivery delivery = new(output, static _ => { });
        Task delivering = delivery.RunAsync(Token);
        Add(0);
        while (output.Begun == 0)
        {
            await Task.Yield();
        }

        for (int i = 1; i <= Delivery.Capacity + 3; i++)
        {
            Add(i);
        }

        go.SetResult();
        delivery.Complete();
        await delivering;

        delivery.Lost.Should().Be(3);
        output.Sent.Select(static crossing => (int)crossing.Value!).Should().Equal([0, .. Enumerable.Range(4, Delivery.Capacity)]);

        void Add(int value) => delivery.Add(Market.Book("SAFAB03 last > 1").On(Market.At(5), default).Single() with { Value = value });
    }

    [Fact]
    public async Task An_error_in_an_output_ends_the_run_instead_of_losing_alerts_in_secret()
    {
        Output output = new(static (_, _) => throw new NotSupportedException("a bug"));
        _stream.Writer.TryWrite(Market.At(2));

        Func<Task> run = () => Run("SAFAB03 last > 1", new Delivery(output, Fail)).RunAsync(Read, Token);

        await run.Should().ThrowAsync<NotSupportedException>();
    }

    private static void Fail(string warning) => throw new InvalidOperationException(warning);

    private AlertRun Run(string rule, params Delivery[] deliveries) => new(Market.Book(rule), [Written(), .. deliveries], static _ => { }, null, _time);

    private Delivery Written() => new(
        new Output((crossing, _) =>
        {
            _written.Writer.TryWrite(crossing);
            return Task.FromResult<string?>(null);
        }),
        Fail);

    private async IAsyncEnumerable<FeedEvent> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in _stream.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    private async Task<Crossing> AdvanceUntilWrittenAsync()
    {
        while (_written.Reader.Count == 0)
        {
            _time.Advance(AlertRun.Pace);
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        return await _written.Reader.ReadAsync(Token);
    }

    private sealed class Pipe(Action write) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => write();
    }

    private sealed class Output(Func<Crossing, CancellationToken, Task<string?>> send) : IAlertOutput
    {
        private int _begun;

        public string Name => "the test";

        public int Begun => Volatile.Read(ref _begun);

        public List<Crossing> Sent { get; } = [];

        public async Task<string?> SendAsync(Crossing crossing, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            string? failure = await send(crossing, cancellationToken);
            Sent.Add(crossing);
            return failure;
        }
    }
}
