using System.Threading.Channels;
using HedgeTech.Ime.Relay.Protocol;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Brings the entries of a subscription one by one, in the order in which Redis sends them. What is not an entry of this format is left out.</summary>
/// <param name="pushes">The subscription.</param>
/// <param name="received">Gets each entry.</param>
/// <param name="wake">Wakes the consumer of what was received: with true if it may go on in the call, because another thread takes what comes meanwhile.</param>
/// <param name="failed">Gets the exception that ended the pump.</param>
internal sealed class PushPump(ChannelMessageQueue pushes, Action<LogEntry> received, Action<bool> wake, Action<Exception> failed)
{
    /// <summary>Begins. It ends when the connection is closed.</summary>
    public void Start() => _ = Task.Run(PumpAsync); // a push may be there already, and whoever subscribes does not wait for the consumer

    private async Task PumpAsync()
    {
        try
        {
            ChannelMessage push = await pushes.ReadAsync().ConfigureAwait(false);
            while (true)
            {
                if (LogEntry.ReadPush((ReadOnlyMemory<byte>)push.Message) is { } entry)
                {
                    received(entry);
                }

                if (!pushes.TryRead(out push))
                {
                    break;
                }

                wake(false);
            }
        }
        catch (ChannelClosedException)
        {
            return;
        }
        catch (Exception exception)
        {
            failed(exception);
            return;
        }

        _ = PumpAsync(); // before the consumer may hold up this thread
        wake(true);
    }
}
