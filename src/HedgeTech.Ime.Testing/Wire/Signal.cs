using System.Threading.Channels;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Wakes one waiter. A signal that is set while nobody waits is kept, but only one. Thread-safe.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _channel.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) =>
        await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
