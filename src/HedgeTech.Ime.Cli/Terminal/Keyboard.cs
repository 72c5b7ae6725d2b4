using System.Threading.Channels;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Reads the pressed keys on a separate thread, because reading a key cannot be cancelled. The thread ends with the process.</summary>
internal static class Keyboard
{
    /// <summary>Starts to read. No keys arrive if standard input is not a terminal.</summary>
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
            keys.TryComplete(); // the terminal is gone; the signal for that ends the tool
        }
    }
}
