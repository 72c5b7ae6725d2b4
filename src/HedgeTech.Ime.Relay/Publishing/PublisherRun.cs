using System.Collections.Concurrent;
using System.Security.Cryptography;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Telemetry;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Runs a <see cref="LogPublisher"/>: one loop gives it what the line and Redis bring, and performs what it asks.</summary>
internal sealed class PublisherRun : IAsyncDisposable
{
    private const int TurnsInARow = 8; // on the thread of a line, which then reads on

    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(2);

    private readonly ImeClient _client;
    private readonly ContractSet _contracts;
    private readonly RelaySettings _settings;
    private readonly RedisLink _link;
    private readonly PublisherCounts _counts;
    private readonly Action<LogPublisher, bool> _report;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly TimeSpan _patience;
    private readonly Dictionary<ContractKey, ushort> _indexes = [];
    private readonly ConcurrentQueue<Action<TimeSpan>> _inputs = new();
    private readonly WakeSignal _wake = new();
    private readonly LogPublisher _publisher;
    private readonly LogReader? _reader;
    private readonly LogReaderClient? _readerClient;
    private readonly List<PublisherLine> _closed = [];
    private PublisherLine? _line;
    private RelayRefusedException? _refusal;

    /// <param name="client">The client whose account holds the line.</param>
    /// <param name="contracts">The contracts.</param>
    /// <param name="options">The validated options.</param>
    /// <param name="configuration">Of Redis.</param>
    /// <param name="link">The connection to Redis, which the caller disposes.</param>
    /// <param name="counts">Counts what is written.</param>
    /// <param name="report">Called after each step, with whether this publisher leads.</param>
    /// <param name="timeProvider">For every clock.</param>
    public PublisherRun(ImeClient client, ContractSet contracts, RelayOptions options, ConfigurationOptions configuration, RedisLink link, PublisherCounts counts, Action<LogPublisher, bool> report, TimeProvider timeProvider)
    {
        (_client, _contracts, _link, _counts, _report, _timeProvider) = (client, contracts, link, counts, report, timeProvider);
        _start = timeProvider.GetTimestamp();
        _patience = TimeSpan.FromTicks(Math.Min(options.LeaseDuration.Ticks, TimeSpan.TicksPerSecond));
        string[] written = [.. RelayContracts.Write(contracts)];
        foreach (ContractKey contract in contracts)
        {
            _indexes.Add(contract, (ushort)Array.IndexOf(written, RelayContracts.Write(contract)));
        }

        _settings = RelaySettings.Create(options.LeaseDuration, options.Retention, options.RetentionBytes, written);
        HotStandby? hot = null;
        if (options.HotStandby)
        {
            _reader = new LogReader(new PushRing(), HeartbeatTimeout, Now);
            _readerClient = new LogReaderClient(configuration, options.Name, new QueuedReader(_reader, Post, refusal => _refusal ??= refusal));
            hot = new HotStandby(_reader, new LinePairing(64 * 1024 * 1024), options.LeaseDuration, static item => MarketSnapshotSerializer.TryDeserialize(item.Bytes.Span, out MarketSnapshot? snapshot, out _) ? PublisherLine.TimeOf(snapshot) : null);
        }

        _publisher = new LogPublisher(_settings, new PublisherIdentity(RandomSession(), Term.Random, RandomSession), new OwnEvents(contracts, timeProvider), hot);
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Runs until cancelled. Returns the answer that refuses the contracts or the format, if there was one.</summary>
    /// <exception cref="RelayRefusedException">Redis cannot carry the relay.</exception>
    /// <exception cref="ImeException">The line has ended for good.</exception>
    public async Task<ScriptAnswer?> RunAsync(CancellationToken ending)
    {
        using ITimer timer = _timeProvider.CreateTimer(_ => Post(static _ => { }), null, TickEvery, TickEvery);
        using CancellationTokenRegistration stop = ending.Register(() => Post(_publisher.Stop));
        await LoopAsync(ending).ConfigureAwait(false);
        if ((_link.Refusal ?? _refusal) is { } refusal)
        {
            throw refusal;
        }

        if (_line is { Ended.IsFaulted: true })
        {
            await _line.Ended.ConfigureAwait(false);
        }

        return _publisher.Refusal;
    }

    /// <summary>Closes the line and the connection that reads the log.</summary>
    public async ValueTask DisposeAsync()
    {
        _line?.Close();
        PublisherLine[] lines = [.. (_line is null ? _closed : _closed.Append(_line)).Distinct()];
        await Task.WhenAll(
        [
            .. lines.Select(static async line => await line.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing)),
            _readerClient?.DisposeAsync().AsTask() ?? Task.CompletedTask,
        ]).ConfigureAwait(false);
        foreach (PublisherLine line in lines)
        {
            line.Dispose();
        }
    }

    private static ulong RandomSession() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private void Post(Action<TimeSpan> input)
    {
        _inputs.Enqueue(input);
        _wake.Wake();
    }

    private async Task LoopAsync(CancellationToken ending)
    {
        Task readerClosing = Task.CompletedTask;
        TimeSpan? stoppingSince = null;
        int turns = 0;
        while (!_publisher.IsStopped && (_link.Refusal ?? _refusal) is null && (stoppingSince is null || Now < stoppingSince + StopWithin))
        {
            turns = _wake.IsSet ? turns + 1 : 0;
            if (turns == TurnsInARow)
            {
                turns = 0;
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            await _wake.WaitAsync().ConfigureAwait(false);
            for (int count = _inputs.Count; count > 0 && _inputs.TryDequeue(out Action<TimeSpan>? input); count--)
            {
                input(Now);
            }

            if (stoppingSince is null && (ending.IsCancellationRequested || _line is { Ended.IsFaulted: true }))
            {
                _publisher.Stop(Now);
                stoppingSince = Now;
                _link.Close();
                readerClosing = _readerClient?.DisposeAsync().AsTask() ?? readerClosing;
            }

            await _link.TendAsync().ConfigureAwait(false);
            Step(isStopping: stoppingSince is not null);
        }

        _link.Close();
        await readerClosing.ConfigureAwait(false);
    }

    private void Step(bool isStopping)
    {
        _reader?.Tick(Now);
        _publisher.Tick(Now);
        _counts.Waiting(_publisher.OldestReceivedAt, _publisher.Dropped);
        _report(_publisher, _publisher.IsLeading && Now < _publisher.Deadline);
        if (_line is not null && (!_publisher.WantsLine || _line.Number != _publisher.LineNumber))
        {
            _line.Close();
            _closed.Add(_line);
            _line = _line.Ended.IsFaulted ? _line : null;
        }

        if (_line is null && _publisher.WantsLine && _link.WasAccepted && !isStopping)
        {
            _line = new PublisherLine(_client, _contracts, _indexes, _publisher.LineNumber, input => _inputs.Enqueue(now => input(_publisher, now)), _wake);
        }

        while (_link.WasAccepted && _publisher.NextRequest(Now) is { } request)
        {
            _ = SendAsync(request);
        }

        while (_publisher.ReadsLog && !isStopping && _reader!.NextRequest(Now) is { } read)
        {
            _readerClient!.Perform(read);
        }
    }

    private async Task SendAsync(PublisherRequest request)
    {
        ScriptAnswer? answer = null;
        try
        {
            answer = await _link.RunAsync(request.Script, _settings, _patience).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Rather than a publisher that waits for this answer forever.
            Post(_ => _refusal ??= new RelayRefusedException("The relay cannot be written because of an error in this library, or because this library does not understand an answer of Redis.", inner: exception));
        }

        if (answer is { } known)
        {
            if (request.Script is PublishRequest entry && known.Status == ScriptStatus.Ok)
            {
                _counts.Written(entry);
            }

            Post(now => _publisher.Answered(request, known, now));
        }
        else
        {
            Post(now => _publisher.Failed(request, now));
        }
    }
}
