using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Telemetry;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Performs what a <see cref="LogReader"/> asks. Each subscription is a new connection, because an old one may be dead without knowing it.</summary>
/// <param name="configuration">How to reach Redis.</param>
/// <param name="name">The name of the relay.</param>
/// <param name="reader">The reader.</param>
/// <param name="counts">Counts what is read; null for a publisher, whose reading is not counted.</param>
/// <param name="unreachable">Is told why Redis does not answer, once until it answers again.</param>
/// <param name="check">Looks at the contracts of the log after each read; null for no check.</param>
internal sealed class LogReaderClient(ConfigurationOptions configuration, string name, ILogReaderInput reader, SourceCounts? counts = null, Action<Exception>? unreachable = null, ContractCheck? check = null) : IAsyncDisposable
{
    private readonly RelayKeys _keys = new(name);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionMultiplexer? _connection;
    private RedisLog? _log;
    private volatile Task _performing = Task.CompletedTask;
    private int _disposals;
    private bool _wasAccepted;
    private bool _isUnreachable; // and was reported
    private readonly ReadPage _page = new();

    /// <summary>The contracts of the log, as the last read found them.</summary>
    public IReadOnlyList<string> Contracts => _log?.Contracts ?? [];

    /// <summary>Whether there is a connection that has not broken, as far as anybody noticed.</summary>
    public bool IsConnected => Volatile.Read(ref _connection)?.IsConnected ?? false;

    /// <summary>Performs a request in the background. A reader has one at a time.</summary>
    public void Perform(ReaderRequest request)
    {
        if (!_closing.IsCancellationRequested)
        {
            _performing = PerformAsync(request, _performing);
        }
    }

    /// <summary>Closes the connection and waits for that. It may be called more than once, and while the reader goes on: that then gets no more answers.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
        {
            await _closed.Task.ConfigureAwait(false);
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _performing.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _closing.Dispose();
        _closed.SetResult();
    }

    private async Task PerformAsync(ReaderRequest request, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (request.Kind == ReaderRequestKind.Subscribe)
            {
                await CloseAsync().ConfigureAwait(false);
                _closing.Token.ThrowIfCancellationRequested();
                ConnectionMultiplexer connection = await RedisConnector.OpenAsync(configuration).ConfigureAwait(false);
                _connection = connection;
                await StartCheck.ReaderAsync(connection, _keys).WaitAsync(RedisConnector.Patience, _closing.Token).ConfigureAwait(false);
                _log = new RedisLog(connection, _keys, _log?.Contracts);
                connection.ConnectionFailed += (_, _) => reader.ConnectionLost(request.Id);
                await StartCheck.SubscribeAsync(_keys, () => _log.SubscribeAsync(push => Pushed(request.Id, push), reader.Wake, Failed)).WaitAsync(RedisConnector.Patience, _closing.Token).ConfigureAwait(false);
                _wasAccepted = true;
                reader.Subscribed(request.Id);
                return;
            }

            ReaderAnswer answer = await _log!.ReadAsync(request, _page.Entries).WaitAsync(RedisConnector.Patience, _closing.Token).ConfigureAwait(false);
            _page.Answered(answer.Entries.Count, answer.Entries.Sum(static entry => (long)entry.Size));
            _isUnreachable = false;
            check?.Look(answer.Top is null ? null : _log.Contracts);
            if (request.Kind != ReaderRequestKind.Snapshot)
            {
                counts?.Repaired(answer.Entries);
            }

            reader.Answered(request, answer);
        }
        catch (RelayRefusedException refusal) when (!_wasAccepted)
        {
            reader.Refused(refusal);
        }
        catch (Exception exception) when (RedisConnector.IsTransient(exception) || exception is RelayRefusedException || _closing.IsCancellationRequested)
        {
            if (exception is TimeoutException && request.Kind is ReaderRequestKind.Range or ReaderRequestKind.RangeAndLast)
            {
                _page.Shrink();
            }

            if (!_isUnreachable && !_closing.IsCancellationRequested)
            {
                _isUnreachable = true;
                unreachable?.Invoke(exception);
            }

            reader.Failed(request.Id); // somebody who works on the rights of a running relay gets time to finish
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
        finally
        {
            if (_closing.IsCancellationRequested)
            {
                await CloseAsync().ConfigureAwait(false); // a request that began while the client was being disposed of
            }
        }
    }

    private void Pushed(int subscription, LogEntry push)
    {
        counts?.Pushed(push);
        reader.Received(subscription, push);
    }

    /// <summary>Ends the reader, rather than let its stream stand still.</summary>
    private void Failed(Exception exception) => reader.Refused(new RelayRefusedException("The relay cannot be read because of an error in this library.", inner: exception));

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await RedisConnector.CloseAsync(connection).ConfigureAwait(false);
        }
    }
}
