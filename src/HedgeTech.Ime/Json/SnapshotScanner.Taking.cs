namespace HedgeTech.Ime.Json;

/// <content>What stands at the cursor: text, names, and what is between values.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>Takes the text at the cursor, without its quotes, as it stands.</summary>
    private bool TryTakeText(out ReadOnlySpan<byte> text, out bool isEscaped)
    {
        text = default;
        isEscaped = false;
        if (Next != '"')
        {
            return false;
        }

        int begin = ++_at;
        while (true)
        {
            int length = _json[_at..].IndexOfAny(EndsText);
            if (length < 0)
            {
                return false;
            }

            _at += length;
            byte end = _json[_at++];
            if (end == '"')
            {
                text = _json[begin..(_at - 1)];
                return true;
            }

            if (end != '\\' || _at == _json.Length)
            {
                return false;
            }

            isEscaped = true;
            _at++;
        }
    }

    /// <summary>Takes a name that is not escaped: those that are known never are.</summary>
    private bool TryTakeAnyName(out ReadOnlySpan<byte> name) => TryTakeText(out name, out bool isEscaped) && !isEscaped;

    private bool TakeColon()
    {
        SkipSpace();
        bool isThere = Take((byte)':');
        SkipSpace();
        return isThere;
    }

    private bool Take(in WireName name)
    {
        if (!name.IsAt(_json, _at))
        {
            return false;
        }

        _at += name.Length;
        SkipSpace();
        return true;
    }

    private bool Take(ReadOnlySpan<byte> expected)
    {
        if ((uint)_at > (uint)_json.Length || !_json[_at..].StartsWith(expected))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    private bool Take(byte expected)
    {
        bool isThere = Next == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipSpace()
    {
        // Seldom more than one, and often none.
        int at = _at;
        while ((uint)at < (uint)_json.Length && _json[at] <= ' ' && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        _at = at;
    }
}
