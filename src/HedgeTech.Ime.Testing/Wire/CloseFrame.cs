using System.Text;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>The payload of a close frame.</summary>
internal static class CloseFrame
{
    private const int MaxReasonBytes = 123;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not between 1000 and 4999.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is too long.</exception>
    public static byte[] Payload(int status, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 4999);
        ArgumentNullException.ThrowIfNull(reason);
        byte[] text = Encoding.UTF8.GetBytes(reason);
        return text.Length <= MaxReasonBytes
            ? [(byte)(status >> 8), (byte)status, .. text]
            : throw new ArgumentException($"The reason has {text.Length} bytes in UTF-8. A close frame has room for {MaxReasonBytes}.", nameof(reason));
    }
}
