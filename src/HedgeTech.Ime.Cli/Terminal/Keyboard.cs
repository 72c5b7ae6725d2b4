using System.Threading.Channels;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>The keys that are pressed, read by a thread of its own, since reading one cannot be cancelled; the thread ends with the process.</summary>
internal static class Keyboard
{
    /// <summary>Begins to read. Nothing ever comes where standard input is no terminal.</summary>
    public static ChannelReader<ConsoleKeyInfo> Listen()
    {
        Channel<ConsoleKeyInfo> keys = Channel.CreateBounded<ConsoleKeyInfo>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
        if (!Console.IsInputRedirected)
        {
            new Thread(Read) { IsBackground = true, Name = "keyboard" }.Start(keys.Writer);
        }

        return keys.Reader;
    }

    private static void Read(object? state)
    {
        ChannelWriter<ConsoleKeyInfo> keys = (ChannelWriter<ConsoleKeyInfo>)state!;
        try
        {
            while (true)
            {
                keys.TryWrite(Console.ReadKey(intercept: true));
            }
        }
        catch (Exception end) when (end is InvalidOperationException or IOException)
        {
            keys.TryComplete(); // the terminal is gone; the signal that says so ends the tool
        }
    }
}
