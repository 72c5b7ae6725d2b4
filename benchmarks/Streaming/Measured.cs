namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>The result of one run: messages per second, microseconds of CPU time per message, the same in the first second, allocated bytes per message, microseconds from sending to the consumer, and peak memory.</summary>
internal sealed record Measured(double PerSecond, double Microseconds, double FirstMicroseconds, double Bytes, double? Median, double? Percentile99, double Megabytes)
{
    /// <summary>Returns the median of each figure.</summary>
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
