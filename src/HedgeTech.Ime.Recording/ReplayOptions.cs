namespace HedgeTech.Ime.Recording;

/// <summary>Options of a <see cref="ReplaySource"/>, whose constructor copies and checks them: which part of the recording to replay, and how fast.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ReplayOptions
{
    /// <summary>
    /// Where the replay begins, by <see cref="FeedEvent.ReceivedAt"/>; null for the beginning of the recording. If nothing was recorded at this time, but was before and is
    /// after it, up to <see cref="To"/>, the replay begins with a <see cref="FeedInterrupted"/> of connection 0.
    /// </summary>
    /// <value>Null.</value>
    public DateTimeOffset? From { get; set; }

    /// <summary>Where the replay ends, by <see cref="FeedEvent.ReceivedAt"/>, this time included; null for the end of the recording.</summary>
    /// <value>Null. Not before <see cref="From"/>.</value>
    public DateTimeOffset? To { get; set; }

    /// <summary>How fast the replay runs: 1 as recorded, 10 ten times as fast, null as fast as possible.</summary>
    /// <value>Null. More than 0, at most 1,000,000.</value>
    public double? Speed { get; set; }

    /// <summary>The longest pause between two events, in recorded time; longer pauses, such as nights, are shortened to it. Null keeps them. It has no effect without <see cref="Speed"/>.</summary>
    /// <value>Null. More than 0.</value>
    public TimeSpan? LongestPause { get; set; }

    /// <summary>Whether each snapshot carries its raw message in <see cref="MarketSnapshot.Frame"/>. With false, a snapshot carries it if it did when it was recorded.</summary>
    /// <value>False.</value>
    public bool KeepFrames { get; set; }

    /// <summary>One line: which part, and how fast.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"from {(From is { } from ? FormattableString.Invariant($"{from:yyyy-MM-dd HH:mm:ss.fffzzz}") : "the beginning")} to {(To is { } to ? FormattableString.Invariant($"{to:yyyy-MM-dd HH:mm:ss.fffzzz}") : "the end")}, {(Speed is { } speed ? FormattableString.Invariant($"at speed {speed}") : "as fast as possible")}");

    internal ReplayOptions CopyAndValidate(string parameter)
    {
        ReplayOptions copy = (ReplayOptions)MemberwiseClone();
        Require(copy.From is null || copy.To is null || copy.From <= copy.To, nameof(To), "at or after From");
        Require(copy.Speed is null or (> 0 and <= 1_000_000), nameof(Speed), "null, or more than 0 and at most 1,000,000");
        Require(copy.LongestPause is null || copy.LongestPause > TimeSpan.Zero, nameof(LongestPause), "null or more than 0");
        return copy;

        void Require(bool holds, string name, string bounds)
        {
            if (!holds)
            {
                throw new ArgumentException($"{nameof(ReplayOptions)}.{name} must be {bounds}.", parameter);
            }
        }
    }
}
