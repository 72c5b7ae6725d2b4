using System.Text;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>SplitMix64: the same numbers on every machine and in every version of .NET, which <see cref="Random"/> does not guarantee.</summary>
internal struct WalkRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Returns the FNV-1a hash of the text in UTF-8. Unlike <see cref="string.GetHashCode()"/>, it is the same in every process.</summary>
    public static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Returns a number from 0 to <paramref name="bound"/>, exclusive.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);
}
