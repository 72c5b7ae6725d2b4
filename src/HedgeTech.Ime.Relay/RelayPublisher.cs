using System.Diagnostics;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay;

/// <summary>Writes the feed of a client to Redis for any number of readers, or stands by until the publisher that leads is gone. Run one or more for each relay.</summary>
/// <remarks>Thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class RelayPublisher : IAsyncDisposable
{
    private readonly ImeClient _client;
    private readonly ContractSet _contracts;
    private readonly RelayOptions _options;
    private readonly ConfigurationOptions _configuration;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly RedisLink _link;
    private readonly PublisherCounts _counts;
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;
    private volatile bool _isLeading;
    private volatile bool _isReady;

    /// <summary>Creates a publisher. It does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="client">The client whose account holds the connection. The caller disposes of it, after this publisher.</param>
    /// <param name="contracts">The contracts. All publishers of a relay have the same set.</param>
    /// <param name="options">Where the relay is and how it behaves. They are copied.</param>
    /// <param name="loggerFactory">For the log; null for none.</param>
    /// <param name="timeProvider">For every clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/>, <paramref name="contracts"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range, and <see cref="ArgumentException.ParamName"/> is its name. Or the name of a contract has a line break.</exception>
    public RelayPublisher(ImeClient client, ContractSet contracts, RelayOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(contracts);
        ArgumentNullException.ThrowIfNull(options);
        (_client, _contracts) = (client, contracts);
        _options = options.CopyAndValidate();
        _configuration = RedisConnector.Parse(_options.Configuration);
        RelayContracts.Write(contracts);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RelayPublisher>();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _link = new RedisLink(_configuration, new RelayKeys(_options.Name), _logger, _timeProvider);
        _counts = new PublisherCounts(_options.Name, _timeProvider);
    }

    /// <summary>What this publisher does at the moment.</summary>
    public RelayRole Role => _isLeading ? RelayRole.Leading : RelayRole.Standby;

    /// <summary>What it has written so far, and how it is at the moment.</summary>
    public RelayPublisherStatistics Statistics => _counts.Read(_isLeading || _isReady, _link.LastAnswerAt);

    /// <summary>One line: the name of the relay, the role and the counts, never a secret.</summary>
    public override string ToString() => $"relay {_options.Name}, {Role}: {Statistics}";

    /// <summary>Whether this publisher could lead without a gap.</summary>
    internal bool IsReady => _isReady;

    /// <summary>Whether <see cref="RunAsync"/> has ended.</summary>
    internal bool HasEnded => _ended.Task.IsCompleted;

    internal bool HasStarted => Volatile.Read(ref _runs) > 0;

    internal string RelayName => _options.Name;

    internal bool IsHot => _options.HotStandby;

    /// <summary>Stands by or leads until the token is cancelled. It then writes what was received and releases the lease, so that a standby takes over at once.</summary>
    /// <param name="cancellationToken">Stops the publisher. The task then completes normally.</param>
    /// <exception cref="InvalidOperationException">The publisher ran before or is disposed.</exception>
    /// <exception cref="RelayRefusedException">Redis is too old, may evict keys, or refuses the user or a command; or the relay in Redis has other contracts or another format.</exception>
    /// <exception cref="ImeException">The service finally refuses the login or the contracts.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _runs) > 1)
        {
            throw new InvalidOperationException("A publisher runs once. Create another one.");
        }

        try
        {
            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            PublisherRun run = new(_client, _contracts, _options, _configuration, _link, _counts, Report, _timeProvider);
            ScriptAnswer? refused;
            await using (run.ConfigureAwait(false))
            {
                refused = await run.RunAsync(ending.Token).ConfigureAwait(false);
            }

            if (refused is { } refusal)
            {
                throw refusal.Status == ScriptStatus.Foreign ? StartCheck.Foreign(_options.Name) : new RelayRefusedException(
                    refusal.Status == ScriptStatus.Contracts
                        ? $"The relay '{_options.Name}' serves other contracts: {string.Join(", ", refusal.Detail.Split('\n').Select(RelayContracts.Describe))}. Use a separate name for each set."
                        : $"The relay '{_options.Name}' was written by another version of this library. Use a separate name for each version.",
                    nameof(RelayOptions.Name));
            }
        }
        finally
        {
            await _link.DisposeAsync().ConfigureAwait(false);
            (_isLeading, _isReady) = (false, false);
            _ended.TrySetResult();
        }
    }

    /// <summary>Asks Redis how many connections read this relay, hot standbys included.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The number; null if Redis does not answer or the user may not ask.</returns>
    public Task<long?> CountReadersAsync(CancellationToken cancellationToken = default) => _link.CountSubscribersAsync(cancellationToken);

    /// <summary>Stops the publisher as cancellation does, and waits until it has stopped, which takes about two seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _runs) == 1)
        {
            _ended.TrySetResult(); // it never ran
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
    }

    private void Report(LogPublisher publisher, bool isLeading)
    {
        _isReady = publisher.IsReady && publisher.IsLeading == isLeading; // a leader that wakes up behind its deadline is in step with nothing yet
        if (isLeading == _isLeading)
        {
            return;
        }

        _isLeading = isLeading;
        if (isLeading)
        {
            _counts.Began();
            LogLeading(_logger, _options.Name);
        }
        else if (!publisher.IsStopped)
        {
            LogStandby(_logger, _options.Name);
        }
    }
}
