namespace HedgeTech.Ime.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) => ImeTool.RunAsync(args);
}
