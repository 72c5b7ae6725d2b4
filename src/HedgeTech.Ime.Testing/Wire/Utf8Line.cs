using System.Buffers.Text;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Appends UTF-8 text to a buffer that is reused. Not thread-safe.</summary>
internal sealed class Utf8Line(int capacity)
{
    private readonly byte[] _buffer = new byte[capacity];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Put(byte value) => _buffer[_length++] = value;

    public void Put(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    public void Put(long value)
    {
        if (!Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written))
        {
            throw new InvalidOperationException("A line of the simulator's message outgrew its buffer.");
        }

        _length += written;
    }

    /// <summary>Appends a number of up to <paramref name="digits"/> digits, padded with zeros.</summary>
    public void PutPadded(int value, int digits)
    {
        for (int i = _length + digits - 1; i >= _length; i--)
        {
            _buffer[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        _length += digits;
    }

    /// <summary>Appends a number with at least one and at most four decimals, as Python writes a float: <c>80978.9474</c>, <c>80978.0</c>.</summary>
    public void PutTenThousandths(long value)
    {
        Put(value / 10_000);
        Put((byte)'.');
        int fraction = (int)(value % 10_000);
        int digits = 4;
        while (digits > 1 && fraction % 10 == 0)
        {
            fraction /= 10;
            digits--;
        }

        PutPadded(fraction, digits);
    }
}
