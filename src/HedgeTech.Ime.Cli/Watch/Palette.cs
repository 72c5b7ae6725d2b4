using Spectre.Console;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The styles by their meaning. They use the sixteen colors of the terminal, so that every theme stays readable. Without color, signs and words say the same.</summary>
internal static class Palette
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Quiet = new(Color.Grey);
    public static readonly Style Title = new(Color.Aqua, decoration: Decoration.Bold);
    public static readonly Style Rise = new(Color.Green);
    public static readonly Style Fall = new(Color.Red);
    public static readonly Style Risen = new(Color.Green, decoration: Decoration.Bold);
    public static readonly Style Fallen = new(Color.Red, decoration: Decoration.Bold);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Alarm = new(Color.Red, decoration: Decoration.Bold);

    public static Style Signed(double? value) => value switch
    {
        > 0 => Rise,
        < 0 => Fall,
        _ => Plain,
    };
}
