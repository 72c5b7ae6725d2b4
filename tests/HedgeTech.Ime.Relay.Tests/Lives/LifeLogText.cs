using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A line of the log of a run, which costs nothing if nobody reads it.</summary>
[InterpolatedStringHandler]
internal ref struct LifeLogText
{
    private DefaultInterpolatedStringHandler _text;

    public LifeLogText(int literalLength, int formattedCount, LifeWorld world, out bool isRead)
    {
        isRead = world.IsLogged;
        _text = isRead ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string Take() => _text.ToStringAndClear();
}
