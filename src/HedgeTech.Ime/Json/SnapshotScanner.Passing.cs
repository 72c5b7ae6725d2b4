using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <content>Getting past what stands at the cursor.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>The byte at the cursor; at the end one that no JSON holds.</summary>
    private static byte ByteAt(ReadOnlySpan<byte> json, int at) => (uint)at < (uint)json.Length ? json[at] : (byte)0;

    private static int PassSpace(ReadOnlySpan<byte> json, int at)
    {
        // Seldom more than one, and often none.
        while ((uint)at < (uint)json.Length && json[at] <= ' ' && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    private static int Pass(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> expected) =>
        (uint)at <= (uint)json.Length && json[at..].StartsWith(expected) ? at + expected.Length : GivenUp;

    /// <summary>Passes a text; what is between its quotes is as it stands.</summary>
    private static int PassText(ReadOnlySpan<byte> json, int at, out ReadOnlySpan<byte> text, out bool isEscaped)
    {
        text = default;
        isEscaped = false;
        if (ByteAt(json, at) != '"')
        {
            return GivenUp;
        }

        int begin = ++at;
        while (true)
        {
            int length = json[at..].IndexOfAny(EndsText);
            if (length < 0)
            {
                return GivenUp;
            }

            at += length;
            byte end = json[at++];
            if (end == '"')
            {
                text = json[begin..(at - 1)];
                return at;
            }

            if (end != '\\' || at == json.Length)
            {
                return GivenUp;
            }

            isEscaped = true;
            at++;
        }
    }

    /// <summary>Passes a name, its colon, and the space around that. One that is escaped is given up: those that are known never are.</summary>
    private static int PassName(ReadOnlySpan<byte> json, int at, out ReadOnlySpan<byte> name)
    {
        at = PassText(json, at, out name, out bool isEscaped);
        if (at == GivenUp || isEscaped)
        {
            return GivenUp;
        }

        at = PassSpace(json, at);
        return ByteAt(json, at) == ':' ? PassSpace(json, at + 1) : GivenUp;
    }

    /// <summary>Passes a value, whatever it is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // it would take the registers of the hot loop
    private static int PassValue(ReadOnlySpan<byte> json, int at, int depth)
    {
        switch (ByteAt(json, at))
        {
            case (byte)'"':
                at = PassText(json, at, out ReadOnlySpan<byte> text, out bool isEscaped);
                return isEscaped && !JsonText.AreEscapesWellFormed(text) ? GivenUp : at;
            case (byte)'n':
                return Pass(json, at, "null"u8);
            case (byte)'t':
                return Pass(json, at, "true"u8);
            case (byte)'f':
                return Pass(json, at, "false"u8);
            case (byte)'N':
                return Pass(json, at, "NaN"u8);
            case (byte)'I':
                return Pass(json, at, "Infinity"u8);
            case (byte)'[':
                return depth < MaxDepth ? PassList(json, at, depth + 1, (byte)']', areNamed: false) : GivenUp;
            case (byte)'{':
                return depth < MaxDepth ? PassList(json, at, depth + 1, (byte)'}', areNamed: true) : GivenUp;
            default:
                int end = Pass(json, at, "-Infinity"u8);
                return end == GivenUp ? PassAnyNumber(json, at, out _) : end;
        }
    }

    private static int PassList(ReadOnlySpan<byte> json, int at, int depth, byte end, bool areNamed)
    {
        at = PassSpace(json, at + 1);
        if (ByteAt(json, at) == end)
        {
            return at + 1;
        }

        while (true)
        {
            if (areNamed)
            {
                at = PassName(json, at, out _);
            }

            at = at == GivenUp ? GivenUp : PassValue(json, at, depth);
            if (at == GivenUp)
            {
                return GivenUp;
            }

            at = PassSpace(json, at);
            byte follows = ByteAt(json, at++);
            if (follows != ',')
            {
                return follows == end ? at : GivenUp;
            }

            at = PassSpace(json, at);
        }
    }
}
