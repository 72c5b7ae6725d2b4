using HedgeTech.Ime.DependencyInjection;

namespace HedgeTech.Ime.Cli.Arguments;

/// <summary>Writes a suggestion for a misspelled name.</summary>
internal static class Suggestion
{
    /// <summary><c> Did you mean 'x'?</c>, or an empty text if no name is similar.</summary>
    public static string For(string given, IEnumerable<string> names) => NearestName.Of(given, names) is { } near ? $" Did you mean '{near}'?" : "";
}
