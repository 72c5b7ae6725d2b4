namespace HedgeTech.Ime.Benchmarks.Relay;

internal static class Figures
{
    public static double Median(IEnumerable<double> figures) => Percentile(figures, 0.5);

    /// <param name="figures">One or more.</param>
    /// <param name="part">From 0 to 1.</param>
    public static double Percentile(IEnumerable<double> figures, double part)
    {
        double[] ordered = [.. figures.Order()];
        return ordered[Math.Min((int)(ordered.Length * part), ordered.Length - 1)];
    }
}
