using System.Globalization;
using System.Text;
using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>The service. It sends numbered messages of each contract to every open connection that has the contract.</summary>
internal sealed class LifeVendor
{
    private readonly LifeWorld _world;
    private readonly List<LifeConnection> _connections = [];
    private readonly List<long>[] _sentAt; // by contract, the time of each message
    private readonly int _every;
    private readonly int _quietness; // how rare messages of all contracts but the first are

    public LifeVendor(LifeWorld world)
    {
        _world = world;
        _sentAt = [.. Enumerable.Range(0, world.Contracts).Select(static _ => new List<long>())];
        _every = world.Random.Next(15, 100);
        _quietness = world.Random.Next(3) == 0 ? 12 : 1;
        world.After(1, Send);
    }

    public bool IsOpen { get; set; } = true;

    /// <summary>Returns the number of messages that were sent of a contract.</summary>
    public long Count(int contract) => _sentAt[contract].Count;

    /// <summary>Returns when a message of a contract was sent. The first has the number 1.</summary>
    public long SentAt(int contract, long number) => _sentAt[contract][(int)number - 1];

    public void Add(LifeConnection connection) => _connections.Add(connection);

    public void Remove(LifeConnection connection) => _connections.Remove(connection);

    /// <summary>Reads the contract and the number from a message. Several messages may have the same timestamp, or none.</summary>
    public static (int Contract, long Number) Read(ReadOnlySpan<byte> frame)
    {
        string[] parts = Encoding.ASCII.GetString(frame).Split(' ');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static long? TimeOf(LogItem item)
    {
        string[] parts = Encoding.ASCII.GetString(item.Bytes.Span).Split(' ');
        return parts.Length > 2 ? long.Parse(parts[2], CultureInfo.InvariantCulture) : null;
    }

    private void Send()
    {
        if (!IsOpen)
        {
            return;
        }

        int burst = _world.Random.Next(20) == 0 ? 30 : 1;
        for (int i = 0; i < burst; i++)
        {
            int contract = _world.Random.Next(_quietness) == 0 ? _world.Random.Next(_world.Contracts) : 0;
            _sentAt[contract].Add(_world.Now);
            long number = Count(contract);
            string time = _world.HasTimes ? $" {_world.Now / 20}" : "";
            byte[] frame = Encoding.ASCII.GetBytes($"{contract} {number}{time}");
            foreach (LifeConnection connection in _connections.Where(connection => connection.Number == _world.ConnectionOf(contract)))
            {
                connection.Bring((ushort)contract, frame);
            }
        }

        _world.After(_world.Random.Next(1, _every * 2), Send);
    }
}
