using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The service in a life of a feed. It publishes numbered messages on connections that lag, miss messages, go mute and end.</summary>
internal sealed class FeedLifeServer(Random random, int contracts)
{
    private readonly List<FeedLifeConnection> _connections = [];
    private FeedLifeFailure? _failure;
    private DateTimeOffset _failsUntil;
    private ContractKey? _refused;

    public ContractKey[] Contracts { get; } = [.. Enumerable.Range(0, contracts).Select(static i => ContractKey.Name($"C{i}"))];

    /// <summary>By contract, whether the client has read each message.</summary>
    public Dictionary<ContractKey, List<bool>> Read { get; } = Enumerable.Range(0, contracts).ToDictionary(static i => ContractKey.Name($"C{i}"), static _ => new List<bool>());

    /// <summary>By contract, when each message was published.</summary>
    public Dictionary<ContractKey, List<DateTimeOffset>> PublishedAt { get; } = Enumerable.Range(0, contracts).ToDictionary(static i => ContractKey.Name($"C{i}"), static _ => new List<DateTimeOffset>());

    /// <summary>The percentage of messages that a connection misses.</summary>
    public int MissPercent { get; init; }

    /// <summary>The maximum time between the accept and the subscription of a connection, in milliseconds.</summary>
    public int SlowestSubscription { get; init; } = 8;

    public void Publish(ContractKey contract, DateTimeOffset now)
    {
        List<bool> numbers = Read[contract];
        numbers.Add(false);
        PublishedAt[contract].Add(now);
        MarketSnapshot message = new()
        {
            Contract = contract,
            Timestamp = now.AddTicks(numbers.Count),
            Aggregate = new Aggregate { TradeCount = numbers.Count - 1 },
        };
        foreach (FeedLifeConnection connection in _connections)
        {
            if (!connection.IsMute && connection.SubscribedAt <= now && connection.Contracts.Contains(contract) && random.Next(100) >= MissPercent)
            {
                connection.Unread.Enqueue(message);
            }
        }
    }

    /// <summary>Accepts a connection. The service subscribes it a moment later, possibly before the client learns of the accept.</summary>
    public FeedLifeConnection Accept(ContractSet contracts, DateTimeOffset now)
    {
        FeedLifeConnection connection = new([.. contracts], now.AddMilliseconds(random.Next(0, SlowestSubscription)));
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Fails every attempt to connect for some time.</summary>
    public void Fail(FeedLifeFailure failure, DateTimeOffset until) => (_failure, _failsUntil) = (failure, until);

    /// <summary>Accepts all attempts again, except for a refused contract.</summary>
    public void Recover() => _failure = null;

    /// <summary>Refuses a contract, or none if it is null.</summary>
    public void Refuse(ContractKey? contract) => _refused = contract;

    /// <summary>Returns how the service fails an attempt for some contracts now, or null if it accepts.</summary>
    public FeedLifeFailure? Answers(ContractSet contracts, DateTimeOffset now) =>
        _refused is { } refused && contracts.Contains(refused) ? FeedLifeFailure.Refused
        : now >= _failsUntil || (_failure == FeedLifeFailure.TooLong && contracts.Count == 1) ? null
        : _failure;

    public void Remove(FeedLifeConnection connection) => _connections.Remove(connection);
}

/// <summary>One connection from the view of the server.</summary>
internal sealed class FeedLifeConnection(HashSet<ContractKey> contracts, DateTimeOffset subscribedAt)
{
    public HashSet<ContractKey> Contracts { get; } = contracts;

    public DateTimeOffset SubscribedAt { get; } = subscribedAt;

    public Queue<MarketSnapshot> Unread { get; } = new();

    /// <summary>Whether the connection stays open and silent forever.</summary>
    public bool IsMute { get; set; }

    /// <summary>The thread of the client that reads the connection.</summary>
    public ReceivingRole Role { get; } = new();

    /// <summary>The newest thread of the connection. The consumer holds the older ones.</summary>
    public long Thread { get; set; }

    /// <summary>Whether a thread reads the connection.</summary>
    public bool IsRead => Role.IsOf(Thread);

    /// <summary>Whether the driver has noted that the line was proven.</summary>
    public bool IsProofNoted { get; set; }

    /// <summary>The line of the client, once the client knows of the accept.</summary>
    public Line? Line { get; set; }
}
