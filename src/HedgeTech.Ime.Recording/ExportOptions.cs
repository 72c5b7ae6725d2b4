namespace HedgeTech.Ime.Recording;

/// <summary>What part of a recording <c>RecordingExport</c> exports, and as what rows. Each call copies and checks these options.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ExportOptions
{
    /// <summary>The contracts to export; null for all of the recording.</summary>
    /// <value>Null.</value>
    public ContractSet? Contracts { get; set; }

    /// <summary>Where the export begins, by <see cref="FeedEvent.ReceivedAt"/>; null for the beginning of the recording.</summary>
    /// <value>Null.</value>
    public DateTimeOffset? From { get; set; }

    /// <summary>Where the export ends, by <see cref="FeedEvent.ReceivedAt"/>, this time included; null for the end of the recording.</summary>
    /// <value>Null. Not before <see cref="From"/>.</value>
    public DateTimeOffset? To { get; set; }

    /// <summary>The length of the bars to export; null exports the snapshots.</summary>
    /// <value>Null. A whole part of a day, such as 1 minute.</value>
    public TimeSpan? Bars { get; set; }

    /// <summary>Whether Parquet has prices as decimals with 10 digits after the point and 18 before it. Otherwise they are doubles, which every program reads. Other formats ignore it.</summary>
    /// <value>False.</value>
    public bool Decimals { get; set; }

    /// <summary>One line: what is exported, and from when to when.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{(Bars is { } length ? FormattableString.Invariant($"bars of {length}") : "snapshots")} of {(Contracts is null ? "all contracts" : Contracts.ToString())} from {(From is { } from ? FormattableString.Invariant($"{from:yyyy-MM-dd HH:mm:ss.fffzzz}") : "the beginning")} to {(To is { } to ? FormattableString.Invariant($"{to:yyyy-MM-dd HH:mm:ss.fffzzz}") : "the end")}{(Decimals ? ", prices as decimals" : "")}");

    internal ExportOptions CopyAndValidate(string parameter)
    {
        ExportOptions copy = (ExportOptions)MemberwiseClone();
        if (copy.From > copy.To)
        {
            throw new ArgumentException($"{nameof(ExportOptions)}.{nameof(To)} must be at or after {nameof(From)}.", parameter);
        }

        return copy.Bars is null || (copy.Bars > TimeSpan.Zero && TimeSpan.TicksPerDay % copy.Bars.Value.Ticks == 0)
            ? copy
            : throw new ArgumentException($"{nameof(ExportOptions)}.{nameof(Bars)} must be null or a whole part of a day, such as 1 minute.", parameter);
    }
}
