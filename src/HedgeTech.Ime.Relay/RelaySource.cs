using System.Diagnostics;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay;

/// <summary>Reads from Redis what a <see cref="RelayPublisher"/> writes: the newest message of each contract first, then every message. Needs no account.</summary>
/// <remarks>
/// <para>
/// Events of the publisher's feed arrive as they happened. Interruptions of the relay itself have connection 0. <see cref="SnapshotsDropped"/> counts messages of all contracts
/// of the relay that were lost: retention removed them before they were read, or the publisher dropped them. The stream waits for a publisher and for Redis as long as it takes. Each snapshot has its message in
/// <see cref="MarketSnapshot.Frame"/>, with line breaks in it replaced by spaces.
/// </para>
/// <para>Thread-safe. Each enumeration has connections of its own.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class RelaySource : IMarketDataSource, IAsyncDisposable
{
    private static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);

    private readonly RelayOptions _options;
    private readonly ConfigurationOptions _configuration;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly SourceCounts _counts;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Lock _gate = new();
    private readonly HashSet<LogReaderClient> _clients = []; // one for each enumeration

    /// <summary>Creates a source. It connects when an enumeration begins.</summary>
    /// <param name="options">Where the relay is. They are copied.</param>
    /// <param name="loggerFactory">For the log; null for none.</param>
    /// <param name="timeProvider">For every clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range. <see cref="ArgumentException.ParamName"/> is its name.</exception>
    public RelaySource(RelayOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.CopyAndValidate();
        _configuration = RedisConnector.Parse(_options.Configuration);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RelaySource>();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _start = _timeProvider.GetTimestamp();
        _counts = new SourceCounts(_options.Name, _timeProvider);
    }

    /// <summary>One line: the name of the relay and the counts, never a secret.</summary>
    public override string ToString() => $"relay {_options.Name}: {Statistics}";

    /// <summary>What was read so far, over all streams, and how the source is at the moment.</summary>
    public RelaySourceStatistics Statistics
    {
        get
        {
            LogReaderClient[] clients = Clients();
            return _counts.Read(clients.Length, clients.Any(static client => client.IsConnected));
        }
    }

    internal string RelayName => _options.Name;

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Streams the snapshots of the contracts and the events of the stream, such as outages, in the order in which they happened.</summary>
    /// <inheritdoc path="/*[not(self::summary or self::param)]"/>
    /// <param name="contracts">The contracts to read. The stream has no messages for those that the relay does not have; a warning in the log names them.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RelayRefusedException">Redis is too old, or refuses the user or a command. Thrown by the enumeration.</exception>
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
        return ReadAsync(contracts, cancellationToken);
    }

    /// <summary>Ends every enumeration normally, and waits until their connections are closed, which takes about two seconds at most. It does not wait for the body of a loop.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(Clients().Select(static client => client.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private LogReaderClient[] Clients()
    {
        lock (_gate)
        {
            return [.. _clients];
        }
    }

    private async IAsyncEnumerable<FeedEvent> ReadAsync(ContractSet contracts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LockedReader reader = new(new LogReader(new PushRing(), HeartbeatTimeout, Now, _options.From?.ToUnixTimeMilliseconds()), _timeProvider, _start);
        ContractCheck check = new(contracts, () => LogEmpty(_logger, _options.Name), (lacking, relayed) => LogLacks(_logger, lacking, _options.Name, relayed));
        LogReaderClient client = new(_configuration, _options.Name, reader, _counts, exception => LogUnreachable(_logger, _options.Name, RedisConnector.Describe(exception)), check);
        HashSet<string> wanted = [.. contracts.Select(RelayContracts.Write)];
        TimeSpan interruptedAt = Now;
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        using CancellationTokenRegistration ended = ending.Token.Register(() => reader.Wake());
        using ITimer ticks = _timeProvider.CreateTimer(_ => reader.Wake(), null, TickEvery, TickEvery);
        lock (_gate)
        {
            _clients.Add(client);
        }

        try
        {
            while (!_disposing.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.Refusal is { } refusal)
                {
                    throw refusal;
                }

                bool has = reader.TryTake(out ReadItem item, out ReaderRequest? request);
                if (request is { } ask)
                {
                    client.Perform(ask);
                }

                if (!has)
                {
                    await reader.WaitAsync().ConfigureAwait(false);
                    continue;
                }

                interruptedAt = item.Kind == ReadKind.Interrupted ? Now : interruptedAt;
                if (Convert(item, contracts, wanted, client.Contracts, interruptedAt) is { } happened)
                {
                    yield return happened;
                }
            }
        }
        finally
        {
            await client.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _clients.Remove(client);
            }
        }
    }

    private FeedEvent? Convert(ReadItem item, ContractSet contracts, HashSet<string> wanted, IReadOnlyList<string> relayed, TimeSpan interruptedAt)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        switch (item.Kind)
        {
            case ReadKind.Message or ReadKind.State:
                if (item.Item.Contract >= relayed.Count || !wanted.Contains(relayed[item.Item.Contract]))
                {
                    return null;
                }

                DateTimeOffset receivedAt = new(item.Item.ReceivedAt, TimeSpan.Zero);
                if (item.Kind == ReadKind.Message)
                {
                    _counts.Delivered(receivedAt, now);
                }

                return MarketSnapshotSerializer.TryDeserialize(item.Item.Bytes.Span, receivedAt, _options.TimestampOffset, item.Item.Bytes, out MarketSnapshot? snapshot, out ImeFormatException? error)
                    ? snapshot
                    : new FrameRejected { Frame = item.Item.Bytes, Reason = error.Reason, ByteOffset = error.ByteOffset, ReceivedAt = receivedAt };
            case ReadKind.Event:
                return RelayEvents.Read(item.Item.Bytes.Span);
            case ReadKind.Dropped:
                return new SnapshotsDropped { Count = item.Count, ReceivedAt = now };
            case ReadKind.Interrupted:
                _counts.Interrupted();
                LogInterrupted(_logger, _options.Name, item.Reason);
                return new FeedInterrupted { Connection = 0, Contracts = contracts, Reason = InterruptionReason.ConnectionLost, Description = item.Reason, ReceivedAt = now };
            case ReadKind.Resumed:
                TimeSpan gap = Now - interruptedAt;
                LogResumed(_logger, _options.Name, gap.TotalSeconds);
                return new FeedResumed { Connection = 0, Contracts = contracts, Gap = gap, Attempts = 1, ReceivedAt = now };
            default:
                return null;
        }
    }
}
