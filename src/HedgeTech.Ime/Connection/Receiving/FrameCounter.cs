namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>Follows the frames of a WebSocket (RFC 6455, section 5.2) through the bytes that the peer has sent, and counts the whole messages.</summary>
internal struct FrameCounter
{
    private const int FinalBit = 0x80;
    private const int MaskBit = 0x80;
    private const int MaskBytes = 4;
    private const int FirstControlOpcode = 0x8;
    private const int CloseOpcode = 0x8;

    private bool _isInPayload;
    private int _headerBytes;
    private int _headerLength;
    private int _lengthEnd;
    private int _opcode;
    private bool _isFinal;
    private ulong _payloadLeft;
    private bool _hasControlFrame;
    private long _count;
    private long _messages;

    /// <summary>
    /// How many whole messages have arrived since the handshake that can be received without waiting. Of the bytes added last, only the messages before the first
    /// control frame count: the WebSocket may have to answer that frame first, and the answer may have to wait.
    /// </summary>
    internal readonly long Messages => _messages;

    internal bool HasClose { get; private set; }

    /// <summary>Adds bytes that have arrived. Everything added before must have been read by now.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        _hasControlFrame = false;
        _messages = _count;
        while (!bytes.IsEmpty)
        {
            int passed = 1;
            if (_isInPayload)
            {
                passed = (int)Math.Min(_payloadLeft, (ulong)bytes.Length);
                _payloadLeft -= (ulong)passed;
            }
            else
            {
                AddToHeader(bytes[0]);
            }

            bytes = bytes[passed..];
            if (_isInPayload && _payloadLeft == 0)
            {
                EndFrame();
            }
        }
    }

    private void AddToHeader(byte next)
    {
        int at = _headerBytes++;
        if (at == 0)
        {
            _isFinal = (next & FinalBit) != 0;
            _opcode = next & 0x0F;
            return;
        }

        if (at == 1)
        {
            int length = next & 0x7F;
            _lengthEnd = length switch { 126 => 4, 127 => 10, _ => 2 };
            _headerLength = _lengthEnd + ((next & MaskBit) != 0 ? MaskBytes : 0);
            _payloadLeft = _lengthEnd == 2 ? (ulong)length : 0;
        }
        else if (at < _lengthEnd)
        {
            _payloadLeft = (_payloadLeft << 8) | next;
        }

        _isInPayload = _headerBytes == _headerLength;
    }

    private void EndFrame()
    {
        _isInPayload = false;
        _headerBytes = 0;
        if (_opcode >= FirstControlOpcode)
        {
            _hasControlFrame = true;
            HasClose |= _opcode == CloseOpcode;
        }
        else if (_isFinal)
        {
            _count++;
            _messages = _hasControlFrame ? _messages : _count;
        }
    }
}
