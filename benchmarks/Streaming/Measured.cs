namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>What one run found: messages a second, microseconds of CPU for each, the same in the first second, bytes for each, microseconds from sending to the consumer, and the most memory.</summary>
internal sealed record Measured(double PerSecond, double Microseconds, double FirstMicroseconds, double Bytes, double? Median, double? Percentile99, double Megabytes)
{
    /// <summary>Of each figure the median.</summary>
    public static Measured MedianOf(IReadOnlyList<Measured> rounds)
    {
        double Of(Func<Measured, double?> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2) ?? 0;
        bool hasDelays = rounds.All(static round => round.Median is not null);
        return new Measured(
            Of(static round => round.PerSecond),
            Of(static round => round.Microseconds),
            Of(static round => round.FirstMicroseconds),
            Of(static round => round.Bytes),
            hasDelays ? Of(static round => round.Median) : null,
            hasDelays ? Of(static round => round.Percentile99) : null,
            Of(static round => round.Megabytes));
    }
}
