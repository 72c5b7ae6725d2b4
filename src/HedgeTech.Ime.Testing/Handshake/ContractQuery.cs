using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Testing.Handshake;

/// <summary>Reads the query as the service's stack does: <c>+</c> is a space, percent escapes are UTF-8, the rest is unchanged.</summary>
internal static class ContractQuery
{
    /// <summary>Returns the values of a parameter in order. Empty ones are kept, an invalid escape is left as it is, and invalid UTF-8 becomes U+FFFD.</summary>
    public static IEnumerable<string> Values(string target, string parameter)
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        foreach (string pair in question < 0 ? [] : target[(question + 1)..].Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0 && Decode(pair[..equals]) == parameter)
            {
                yield return Decode(pair[(equals + 1)..]);
            }
        }
    }

    private static string Decode(string encoded)
    {
        byte[] source = Encoding.UTF8.GetBytes(encoded);
        List<byte> decoded = new(source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] == '%' && i + 2 < source.Length && byte.TryParse(source.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                decoded.Add(value);
                i += 2;
            }
            else
            {
                decoded.Add(source[i] == '+' ? (byte)' ' : source[i]);
            }
        }

        return Encoding.UTF8.GetString([.. decoded]);
    }
}
