namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>The bytes that a server sends after it accepts: messages in frames, with control frames between them.</summary>
internal sealed class FrameScript
{
    public List<byte> Bytes { get; } = [];

    public List<byte[]> Messages { get; } = [];

    public static FrameScript Next(Random random)
    {
        FrameScript script = new();
        for (int count = random.Next(6); count > 0; count--)
        {
            byte[] message = new byte[Length(random)];
            random.GetItems("{}[]\":, channel0123456789"u8, message);
            script.Messages.Add(message);
            script.Add(message, random);
        }

        if (random.Next(2) == 0)
        {
            script.Bytes.AddRange(RawSession.Frame(RawSession.Close, [0x03, 0xF4, (byte)'b', (byte)'y', (byte)'e'])); // 1012
        }

        return script;
    }

    // Lengths near the limits of a short frame, of the connection's first buffer, and of a message.
    private static int Length(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => random.Next(124, 129),
        2 => random.Next(1998, 2004),
        3 => random.Next(16_380, 16_390),
        4 => random.Next(65_530, 65_540),
        _ => random.Next(1, 1500),
    };

    private void Add(byte[] message, Random random)
    {
        int most = random.Next(3) == 0 ? random.Next(1, 200) : int.MaxValue;
        int opcode = random.Next(2) == 0 ? RawSession.Text : RawSession.Binary;
        int at = 0;
        while (true)
        {
            int length = random.Next(10) == 0 && most < int.MaxValue ? 0 : Math.Min(most, message.Length - at);
            bool isLast = at + length == message.Length;
            Bytes.AddRange(RawSession.Frame(opcode, message[at..(at + length)], isLast));
            if (isLast)
            {
                return;
            }

            at += length;
            opcode = RawSession.Continuation;
            if (random.Next(20) == 0)
            {
                Bytes.AddRange(RawSession.Frame(RawSession.Ping, new byte[random.Next(126)]));
            }
        }
    }
}
