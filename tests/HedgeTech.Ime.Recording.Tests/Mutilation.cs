namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Damages a part of a file: cuts it out, flips its bits, doubles it or fills it with zeros.</summary>
internal sealed record Mutilation(string Kind, int Offset, int Length)
{
    public static Mutilation Of(Random random, int fileLength)
    {
        int length = Math.Min(fileLength, random.Next(4) switch { 0 => 1, 1 => random.Next(1, 64), 2 => random.Next(1, 8192), _ => random.Next(1, fileLength / 2) });
        return new Mutilation(random.Next(4) switch { 0 => "cut", 1 => "flipped", 2 => "doubled", _ => "zeroed" }, random.Next(fileLength - length + 1), length);
    }

    /// <summary>The number of bytes in the new file that replace the damaged part.</summary>
    public int NewLength => Kind switch { "cut" => 0, "doubled" => 2 * Length, _ => Length };

    public byte[] Apply(byte[] file, Random random)
    {
        ReadOnlySpan<byte> before = file.AsSpan(0, Offset);
        ReadOnlySpan<byte> part = file.AsSpan(Offset, Length);
        ReadOnlySpan<byte> after = file.AsSpan(Offset + Length);
        switch (Kind)
        {
            case "cut":
                return [.. before, .. after];
            case "doubled":
                return [.. before, .. part, .. part, .. after];
            case "zeroed":
                return [.. before, .. new byte[Length], .. after];
            default:
                byte[] flipped = [.. file];
                for (int flips = random.Next(1, 9); flips > 0; flips--)
                {
                    flipped[Offset + random.Next(Length)] ^= (byte)(1 << random.Next(8));
                }

                return flipped;
        }
    }
}
