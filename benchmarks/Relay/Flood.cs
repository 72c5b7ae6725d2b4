using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Redis;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>The core of a publisher without a line to the service: publishes as fast as Redis takes it, or at a pace.</summary>
/// <param name="connection">To Redis.</param>
/// <param name="name">The name of the relay.</param>
/// <param name="contract">Its one contract.</param>
/// <param name="retentionBytes">The bytes to keep.</param>
/// <param name="perSecond">Messages a second; 0 for as many as Redis takes.</param>
internal sealed class Flood(ConnectionMultiplexer connection, string name, string contract, long retentionBytes, int perSecond = 0)
{
    private readonly RelaySettings _settings = RelaySettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), retentionBytes, [$"name:{contract}"]);
    private readonly RedisLog _log = new(connection, new RelayKeys(name));
    private readonly long _start = TimeProvider.System.GetTimestamp();

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>Publishes this number of messages, from the first again when there are no more.</summary>
    public async Task RunAsync(byte[][] frames, int count, Func<Task>? each = null)
    {
        LogPublisher publisher = new(_settings, new PublisherIdentity(1, Term.Random, static () => (ulong)Random.Shared.NextInt64()), new OwnEvents(ContractSet.ByName(contract), TimeProvider.System));
        List<Task<(PublisherRequest Request, ScriptAnswer Answer)>> running = [];
        TimeSpan begun = Now;
        int added = 0;
        int steps = 0;
        while (added < count || publisher.WaitingBytes > 0 || running.Count > 0)
        {
            begun = publisher.IsLeading ? begun : Now;
            double due = perSecond == 0 ? count : (Now - begun).TotalSeconds * perSecond;
            while (publisher.IsLeading && added < Math.Min(count, due) && publisher.WaitingBytes < 1024 * 1024)
            {
                byte[] frame = frames[added++ % frames.Length];
                publisher.LineMessage(publisher.LineNumber, OutItem.Message(0, TimeProvider.System.GetUtcNow().UtcTicks, frame, null), Now);
            }

            while (publisher.NextRequest(Now) is { } request)
            {
                running.Add(SendAsync(request));
            }

            if (running.Count == 0)
            {
                await Task.Delay(1);
                continue;
            }

            (PublisherRequest answered, ScriptAnswer answer) = await running[0];
            running.RemoveAt(0);
            publisher.Answered(answered, answer, Now);
            if (each is not null && ++steps % 1000 == 0)
            {
                await each();
            }
        }
    }

    private async Task<(PublisherRequest Request, ScriptAnswer Answer)> SendAsync(PublisherRequest request) => (request, await _log.RunAsync(request.Script, _settings));
}
