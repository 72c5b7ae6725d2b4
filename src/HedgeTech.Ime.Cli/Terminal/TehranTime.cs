namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Times as the tool shows them: by the clock of Tehran.</summary>
internal static class TehranTime
{
    private static readonly TimeSpan Offset = new(3, 30, 0);

    public static DateTimeOffset InTehran(this DateTimeOffset moment) => moment.ToOffset(Offset);
}
