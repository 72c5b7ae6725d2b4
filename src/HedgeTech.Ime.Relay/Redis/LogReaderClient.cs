using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Performs what a <see cref="LogReader"/> asks. Each subscription is a new connection, because an old one may be dead without knowing it.</summary>
/// <param name="configuration">How to reach Redis.</param>
/// <param name="name">The name of the relay.</param>
/// <param name="reader">The reader.</param>
internal sealed class LogReaderClient(ConfigurationOptions configuration, string name, ILogReaderInput reader) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly RelayKeys _keys = new(name);
    private ConnectionMultiplexer? _connection;
    private RedisLog? _log;
    private Task _performing = Task.CompletedTask;

    /// <summary>The contracts of the log, as the last read found them.</summary>
    public IReadOnlyList<string> Contracts => _log?.Contracts ?? [];

    /// <summary>Performs a request in the background. A reader has one at a time.</summary>
    public void Perform(ReaderRequest request) => _performing = PerformAsync(request, _performing);

    public async ValueTask DisposeAsync()
    {
        await _performing.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task PerformAsync(ReaderRequest request, Task before)
    {
        await before.ConfigureAwait(false);
        try
        {
            if (request.Kind == ReaderRequestKind.Subscribe)
            {
                await CloseAsync().ConfigureAwait(false);
                _connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
                _log = new RedisLog(_connection, _keys);
                _connection.ConnectionFailed += (_, _) => reader.ConnectionLost(request.Id);
                await _log.SubscribeAsync(push => reader.Received(request.Id, push)).WaitAsync(Patience).ConfigureAwait(false);
                reader.Subscribed(request.Id);
                return;
            }

            reader.Answered(request, await _log!.ReadAsync(request).WaitAsync(Patience).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            reader.Failed(request.Id);
        }
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
