namespace HedgeTech.Ime.DependencyInjection;

/// <summary>Finds the name that was probably meant by a misspelled one.</summary>
internal static class NearestName
{
    /// <summary>The most similar name, ignoring case; null if no name is similar.</summary>
    public static string? Of(string given, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(static candidate => candidate.Distance <= Math.Max(2, candidate.Name.Length / 4) && candidate.Distance < candidate.Name.TrimStart('-').Length)
            .OrderBy(static candidate => candidate.Distance)
            .FirstOrDefault().Name;

    /// <summary>The number of letters to insert, remove, replace or swap with their neighbor to turn one word into the other.</summary>
    private static int Distance(string one, string other)
    {
        int[,] steps = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }

                int replaced = steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(replaced, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[one.Length, other.Length];
    }
}
