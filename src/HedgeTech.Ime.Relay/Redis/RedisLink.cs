using HedgeTech.Ime.Relay.Protocol;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>The connection of a publisher. If Redis has not answered for two seconds, another one is opened, because the old one may be dead without knowing it.</summary>
/// <remarks><see cref="TendAsync"/> and <see cref="Close"/> are called by the loop of the publisher alone; the other members are thread-safe.</remarks>
internal sealed partial class RedisLink(ConfigurationOptions configuration, RelayKeys keys, ILogger logger, TimeProvider timeProvider) : IAsyncDisposable
{
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _closing = new();
    private readonly long _start = timeProvider.GetTimestamp();
    private volatile ConnectionMultiplexer? _connection;
    private volatile RedisLog? _log;
    private volatile RelayRefusedException? _refusal;
    private Task _opening = Task.CompletedTask;
    private TimeSpan _notBefore;
    private long _answeredAt; // ticks since the start
    private long _answeredAtUtc;
    private volatile bool _isSilent;
    private bool _isUnreachable; // and was reported
    private string? _refusedScript; // and was reported

    /// <summary>Whether Redis has ever been found fit to carry the relay.</summary>
    public bool WasAccepted { get; private set; }

    /// <summary>Why Redis was found unfit at the start; null if it was not.</summary>
    public RelayRefusedException? Refusal => _refusal;

    /// <summary>When Redis last answered, UTC; null before that.</summary>
    public DateTimeOffset? LastAnswerAt => Interlocked.Read(ref _answeredAtUtc) is > 0 and long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private TimeSpan Now => timeProvider.GetElapsedTime(_start);

    private TimeSpan LastAnswer => TimeSpan.FromTicks(Interlocked.Read(ref _answeredAt));

    /// <summary>Opens a connection, if one is needed.</summary>
    public async ValueTask TendAsync()
    {
        if (_opening.IsFaulted)
        {
            await _opening.ConfigureAwait(false); // an error that is not of Redis ends the publisher
        }

        bool isDead = _log is null || (_isSilent && Now - LastAnswer > SilenceTimeout);
        if (isDead && _opening.IsCompleted && Now >= _notBefore && _refusal is null && !_closing.IsCancellationRequested)
        {
            _opening = OpenAsync();
        }
    }

    /// <summary>Runs a script. Returns null if there was no answer in time, which does not say whether it ran.</summary>
    public async Task<ScriptAnswer?> RunAsync(ScriptRequest request, RelaySettings settings, TimeSpan patience)
    {
        RedisLog? log = _log;
        if (log is null)
        {
            return null;
        }

        try
        {
            ScriptAnswer answer = await log.RunAsync(request, settings).WaitAsync(patience, timeProvider, _closing.Token).ConfigureAwait(false);
            Answered(log);
            Volatile.Write(ref _refusedScript, null);
            return answer;
        }
        catch (RedisServerException failure)
        {
            if (Interlocked.Exchange(ref _refusedScript, request.Script) is null)
            {
                LogRefused(logger, keys.Name, request.Script, RedisConnector.Describe(failure));
            }

            Answered(log);
            return null;
        }
        catch (Exception exception) when (RedisConnector.IsTransient(exception) || _closing.IsCancellationRequested)
        {
            if (!_closing.IsCancellationRequested)
            {
                LogNoAnswer(logger, request.Script, RedisConnector.Describe(exception));
                _isSilent |= log == _log;
            }

            return null;
        }
    }

    /// <summary>The number of subscribers of the channel on the server of the relay; null if Redis does not say.</summary>
    public async Task<long?> CountSubscribersAsync(CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
        {
            return null;
        }

        try
        {
            // The name of the channel goes as a key, so that it finds its server in a cluster.
            RedisResult answer = await connection.GetDatabase().ExecuteAsync("PUBSUB", ["SHARDNUMSUB", (RedisKey)keys.Channel], CommandFlags.DemandMaster).WaitAsync(RedisConnector.Patience, timeProvider, cancellationToken).ConfigureAwait(false);
            return answer.Length == 2 ? (long)answer[1] : null;
        }
        catch (Exception exception) when (RedisConnector.IsTransient(exception) && !cancellationToken.IsCancellationRequested)
        {
            return null; // it may be forbidden
        }
    }

    /// <summary>Opens nothing any longer. Requests can still be answered.</summary>
    public void Close() => _notBefore = TimeSpan.MaxValue;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is { } connection)
        {
            await RedisConnector.CloseAsync(connection).ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    private async Task OpenAsync()
    {
        ConnectionMultiplexer? next = null;
        TimeSpan lastAnswer = LastAnswer; // the old connection may get another one while the next one is opened
        try
        {
            next = await RedisConnector.OpenAsync(configuration).ConfigureAwait(false);
            await StartCheck.PublisherAsync(next, keys).WaitAsync(RedisConnector.Patience, timeProvider, _closing.Token).ConfigureAwait(false);
            ConnectionMultiplexer? last = _connection;
            _connection = next;
            _log = new RedisLog(next, keys);
            next = null;
            Answered(_log);
            WasAccepted = true;
            _isUnreachable = false;
            if (last is not null)
            {
                LogReconnected(logger, keys.Name, (Now - lastAnswer).TotalSeconds);
                await RedisConnector.CloseAsync(last).ConfigureAwait(false);
            }
        }
        catch (RelayRefusedException refusal) when (!WasAccepted)
        {
            _refusal = refusal;
        }
        catch (Exception exception) when (RedisConnector.IsTransient(exception) || exception is RelayRefusedException || _closing.IsCancellationRequested)
        {
            if (!_closing.IsCancellationRequested && !_isUnreachable)
            {
                _isUnreachable = true;
                LogUnreachable(logger, keys.Name, RedisConnector.Describe(exception));
            }

            _notBefore = _notBefore == TimeSpan.MaxValue ? _notBefore : Now + RetryDelay;
        }
        finally
        {
            if (next is not null)
            {
                await RedisConnector.CloseAsync(next).ConfigureAwait(false);
            }
        }
    }

    private void Answered(RedisLog log)
    {
        if (log == _log)
        {
            Interlocked.Exchange(ref _answeredAt, Now.Ticks);
            Interlocked.Exchange(ref _answeredAtUtc, timeProvider.GetUtcNow().UtcTicks);
            _isSilent = false;
        }
    }
}
