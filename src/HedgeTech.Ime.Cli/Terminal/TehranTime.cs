namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Converts times to Tehran time, in which the tool shows them.</summary>
internal static class TehranTime
{
    private static readonly TimeSpan Offset = new(3, 30, 0);

    public static DateTimeOffset InTehran(this DateTimeOffset moment) => moment.ToOffset(Offset);
}
