using System.Security.Cryptography;
using System.Threading.Channels;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay;

/// <summary>Writes the feed of a client to Redis for any number of readers, or stands by until the publisher that does so is gone. Run one or more for each relay.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed partial class RelayPublisher : IAsyncDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(2);

    private readonly ImeClient _client;
    private readonly ContractSet _contracts;
    private readonly RelayOptions _options;
    private readonly ConfigurationOptions _configuration;
    private readonly RelaySettings _settings;
    private readonly Dictionary<ContractKey, ushort> _indexes = [];
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly Channel<Action<LogPublisher, TimeSpan>> _inputs = Channel.CreateUnbounded<Action<LogPublisher, TimeSpan>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;
    private volatile bool _isLeading;

    /// <summary>Creates a publisher. It does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="client">The client whose account holds the connection. The caller disposes it, after this publisher.</param>
    /// <param name="contracts">The contracts. All publishers of a relay have the same set.</param>
    /// <param name="options">Where the relay is and how it behaves. They are copied.</param>
    /// <param name="loggerFactory">For the log; null for none.</param>
    /// <param name="timeProvider">For every clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is wrong, or a contract cannot be relayed.</exception>
    public RelayPublisher(ImeClient client, ContractSet contracts, RelayOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(contracts);
        ArgumentNullException.ThrowIfNull(options);
        (_client, _contracts) = (client, contracts);
        _options = options.CopyAndValidate(nameof(options));
        _configuration = RedisConnector.Parse(_options.Configuration, nameof(options));
        IReadOnlyList<string> written = RelayContracts.Write(contracts);
        foreach (ContractKey contract in contracts)
        {
            _indexes.Add(contract, (ushort)written.ToList().IndexOf(RelayContracts.Write(contract)));
        }

        _settings = RelaySettings.Create(_options.LeaseDuration, _options.Retention, _options.RetentionBytes, written);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RelayPublisher>();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _start = _timeProvider.GetTimestamp();
    }

    /// <summary>What this publisher does at the moment.</summary>
    public RelayRole Role => _isLeading ? RelayRole.Leading : RelayRole.Standby;

    /// <summary>Stands by and leads until the token is cancelled. Then what was received is written and the lease given back, so that a standby takes over at once.</summary>
    /// <param name="cancellationToken">Ends it. The task completes normally then.</param>
    /// <exception cref="InvalidOperationException">It ran before, or the relay in Redis is of other contracts or of another format.</exception>
    /// <exception cref="ImeException">The service refuses the login or the contracts for good.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _runs) > 1)
        {
            throw new InvalidOperationException("A publisher runs once. Create another one.");
        }

        try
        {
            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            await RunCoreAsync(ending.Token).ConfigureAwait(false);
        }
        finally
        {
            _isLeading = false;
            _ended.TrySetResult();
        }
    }

    /// <summary>Ends the publisher as cancellation does, and waits until nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _runs) == 1)
        {
            _ended.TrySetResult(); // it never ran
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
    }

    private async Task RunCoreAsync(CancellationToken ending)
    {
        ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(_configuration).ConfigureAwait(false);
        RedisLog log = new(connection, new RelayKeys(_options.Name));
        LogReader? reader = _options.HotStandby ? new LogReader(new PushRing(), HeartbeatTimeout, Now) : null;
        LogReaderClient? readerClient = reader is null ? null : new LogReaderClient(_configuration, _options.Name, new QueuedReader(reader, action => Post((_, now) => action(now))));
        HotStandby? hot = reader is null ? null : new HotStandby(reader, new LinePairing(64 * 1024 * 1024), static item => MarketSnapshotSerializer.TryDeserialize(item.Bytes.Span, out MarketSnapshot? snapshot, out _) ? PublisherLine.TimeOf(snapshot) : null);
        LogPublisher publisher = new(_settings, new PublisherIdentity(RandomSession(), Term.Random, RandomSession), NewEvent, hot);
        PublisherLine? line = null;
        List<PublisherLine> closed = [];
        using ITimer timer = _timeProvider.CreateTimer(_ => Post(static (_, _) => { }), null, TickEvery, TickEvery);
        using CancellationTokenRegistration stop = ending.Register(() => Post(static (publisher, _) => publisher.Stop()));
        try
        {
            TimeSpan? stoppingSince = null;
            while (!publisher.IsStopped && (stoppingSince is null || Now < stoppingSince + StopWithin))
            {
                (await _inputs.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))(publisher, Now);
                while (_inputs.Reader.TryRead(out Action<LogPublisher, TimeSpan>? input))
                {
                    input(publisher, Now);
                }

                stoppingSince ??= ending.IsCancellationRequested ? Now : null;
                if (line is { Ended.IsFaulted: true })
                {
                    publisher.Stop();
                    stoppingSince ??= Now;
                }

                reader?.Tick(Now);
                publisher.Tick(Now);
                Report(publisher);
                if (line is not null && (!publisher.WantsLine || line.Number != publisher.LineNumber))
                {
                    line.Close();
                    closed.Add(line);
                    line = line.Ended.IsFaulted ? line : null;
                }

                if (line is null && publisher.WantsLine && stoppingSince is null)
                {
                    line = new PublisherLine(_client, _contracts, _indexes, publisher.LineNumber, Post, _timeProvider);
                }

                while (publisher.NextRequest(Now) is { } request)
                {
                    _ = SendAsync(log, request);
                }

                while (publisher.ReadsLog && reader!.NextRequest(Now) is { } read)
                {
                    readerClient!.Perform(read);
                }
            }

            if (publisher.Refusal is { } refusal)
            {
                throw new InvalidOperationException(refusal.Status == ScriptStatus.Contracts
                    ? $"The relay '{_options.Name}' is of other contracts: {refusal.Detail.ReplaceLineEndings(", ")}. Choose another {nameof(RelayOptions)}.{nameof(RelayOptions.Name)} for each set."
                    : $"The relay '{_options.Name}' was written by another version of this library. Choose another {nameof(RelayOptions)}.{nameof(RelayOptions.Name)}.");
            }
        }
        finally
        {
            line?.Close();
            foreach (PublisherLine one in line is null ? closed : closed.Append(line).Distinct())
            {
                await one.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                one.Dispose();
            }

            if (readerClient is not null)
            {
                await readerClient.DisposeAsync().ConfigureAwait(false);
            }

            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        if (line is { Ended.IsFaulted: true })
        {
            await line.Ended.ConfigureAwait(false);
        }
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    private static ulong RandomSession() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private void Post(Action<LogPublisher, TimeSpan> input) => _inputs.Writer.TryWrite(input);

    private OutItem NewEvent(EventCode code)
    {
        DateTimeOffset at = _timeProvider.GetUtcNow();
        return RelayEvents.Write(code == EventCode.Interrupted
            ? new FeedInterrupted { Connection = 0, Contracts = _contracts, Reason = InterruptionReason.ConnectionLost, Description = "Another publisher of the relay took over.", ReceivedAt = at }
            : new FeedResumed { Connection = 0, Contracts = _contracts, Attempts = 1, ReceivedAt = at });
    }

    private void Report(LogPublisher publisher)
    {
        bool isLeading = publisher.IsLeading && Now < publisher.Deadline;
        if (isLeading != _isLeading)
        {
            _isLeading = isLeading;
            if (isLeading)
            {
                LogLeading(_logger, _options.Name);
            }
            else
            {
                LogStandby(_logger, _options.Name);
            }
        }
    }

    private async Task SendAsync(RedisLog log, PublisherRequest request)
    {
        TimeSpan patience = TimeSpan.FromTicks(Math.Min(_options.LeaseDuration.Ticks, TimeSpan.TicksPerSecond));
        try
        {
            ScriptAnswer answer = await log.RunAsync(request.Script, _settings).WaitAsync(patience, _timeProvider).ConfigureAwait(false);
            Post((publisher, now) => publisher.Answered(request, answer, now));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            LogNoAnswer(_logger, request.Script.Script, exception.GetType().Name);
            Post((publisher, now) => publisher.Failed(request, now));
        }
    }
}
