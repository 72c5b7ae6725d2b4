namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A line to the service. It has one or more connections, which share its contracts.</summary>
internal sealed class LifeLine
{
    private readonly LifeWorld _world;
    private readonly LifePublisher _publisher;
    private readonly LifeConnection[] _connections;

    public LifeLine(LifeWorld world, LifeVendor vendor, LifePublisher publisher, int number)
    {
        (_world, _publisher, Number) = (world, publisher, number);
        int lag = world.Random.Next(1, 80);
        _connections = [.. Enumerable.Range(0, world.Connections).Select(index => new LifeConnection(world, vendor, publisher, this, index + 1, lag))];
    }

    public int Number { get; }

    /// <summary>The numbers of the connections that the publisher knows to be interrupted.</summary>
    public IEnumerable<int> Interrupted => _connections.Where(static connection => connection.IsInterrupted).Select(static connection => connection.Number);

    public void Break() => _connections[_world.Random.Next(_connections.Length)].Break();

    /// <summary>Breaks the connection of this number.</summary>
    public void Break(int connection) => _connections[connection - 1].Break();

    public void Close() => Array.ForEach(_connections, static connection => connection.Close());

    /// <summary>Called when a connection opens or breaks. Tells the publisher whether the line is up.</summary>
    public void Changed() => _publisher.Machine.LineIsUp(
        Number,
        Array.TrueForAll(_connections, static connection => connection.IsUp),
        Array.TrueForAll(_connections, static connection => connection.IsUp || connection.IsInterrupted),
        _world.Time);
}
