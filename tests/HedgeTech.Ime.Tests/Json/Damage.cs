using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Damages messages at random.</summary>
internal static class Damage
{
    internal static byte[] Done(byte[] message, Random random)
    {
        ReadOnlySpan<byte> telling = "{}[]\":,\\u0d8-+.eENaInfity \n\0\x7F\xFF"u8;
        List<byte> damaged = [.. message];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int at = random.Next(damaged.Count);
            int length = Math.Min(random.Next(1, 30), damaged.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] = telling[random.Next(telling.Length)];
                    break;
                case 2:
                    damaged.Insert(at, telling[random.Next(telling.Length)]);
                    break;
                case 3 when damaged.Count > 30:
                    damaged.RemoveRange(at, length);
                    break;
                case 4:
                    damaged.InsertRange(random.Next(damaged.Count), damaged.GetRange(at, length));
                    break;
                default:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(random.Next(4) switch { 0 => "NaN", 1 => "-Infinity", 2 => "\\ud800", _ => "1e999999999" }));
                    break;
            }
        }

        return [.. damaged];
    }
}
