using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The newest message of one contract, as the hash of the newest messages holds it: <c>entry session number receivedAt message</c>, separated by spaces.</summary>
/// <param name="Entry">The number of its entry.</param>
/// <param name="Session">The session that it was received in.</param>
/// <param name="Number">Its number in the session.</param>
/// <param name="Item">The message.</param>
internal readonly record struct LastValue(long Entry, ulong Session, long Number, LogItem Item)
{
    public static byte[] WritePrefix(long entry, ulong session, long number, long receivedAt) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry} {session:x16} {number} {receivedAt} "));

    /// <summary>Reads a value; null if it is not of this format.</summary>
    public static LastValue? Read(ushort contract, ReadOnlyMemory<byte> value)
    {
        ReadOnlySpan<byte> rest = value.Span;
        return Next(ref rest, NumberStyles.None, out long entry)
            && Next(ref rest, NumberStyles.AllowHexSpecifier, out ulong session)
            && Next(ref rest, NumberStyles.None, out long number)
            && Next(ref rest, NumberStyles.None, out long receivedAt)
                ? new LastValue(entry, session, number, new LogItem(false, contract, receivedAt, value[^rest.Length..]))
                : null;
    }

    private static bool Next<T>(ref ReadOnlySpan<byte> rest, NumberStyles style, out T value)
        where T : struct, System.Numerics.INumber<T>
    {
        int end = rest.IndexOf((byte)' ');
        if (end <= 0 || !T.TryParse(rest[..end], style, CultureInfo.InvariantCulture, out value))
        {
            value = default;
            return false;
        }

        rest = rest[(end + 1)..];
        return true;
    }
}
