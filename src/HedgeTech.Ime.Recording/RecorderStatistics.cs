using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording;

/// <summary>What a <see cref="MarketRecorder"/> has done since its construction. An immutable value.</summary>
public readonly record struct RecorderStatistics
{
    /// <summary>Snapshots written to the recording.</summary>
    public long Snapshots { get; init; }

    /// <summary>Events written to the recording, rejected messages included.</summary>
    public long Events { get; init; }

    /// <summary>Bytes written to the recording, before compression.</summary>
    public long Bytes { get; init; }

    /// <summary>Snapshots and events that are not in the recording because the disk could not take them. The recording says where they are missing.</summary>
    public long Lost { get; init; }

    /// <summary>Segments started, including the current one.</summary>
    public int Segments { get; init; }

    /// <summary>How often the feed stopped waiting for the disk. See <see cref="RecordingOptions.WriteTimeout"/>.</summary>
    public long WriteTimeouts { get; init; }

    /// <summary>The last time, in UTC, at which everything received was on the disk; null if there was none yet.</summary>
    public DateTimeOffset? LastFlushedAt { get; init; }

    /// <summary>Why nothing can be written at the moment, in one sentence; null while writing works.</summary>
    public string? Failure { get; init; }

    /// <summary>One line with all of it.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Quantity.Of(Snapshots, "snapshot")} and {Quantity.Of(Events, "event")} in {Quantity.Of(Segments, "segment")}, {Quantity.Of(Bytes, "byte")}; {Lost} lost, {Quantity.Of(WriteTimeouts, "write timeout")}, last flushed at {(LastFlushedAt is { } at ? FormattableString.Invariant($"{at:yyyy-MM-dd HH:mm:ss.fffzzz}") : "no time")}{(Failure is null ? "" : $"; {Failure}")}");
}
