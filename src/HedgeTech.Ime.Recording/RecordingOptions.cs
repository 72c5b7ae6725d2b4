namespace HedgeTech.Ime.Recording;

/// <summary>Options of a <see cref="MarketRecorder"/>, whose constructor copies and checks them.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class RecordingOptions
{
    /// <summary>How long the recorder collects messages before it writes them to the file. If the process is killed, at most this much is lost.</summary>
    /// <remarks>
    /// With zero, the feed waits until the messages that it has just received are written. Only then can its consumer see them. After a crash of the process, the recording
    /// contains everything that the consumer has seen. This costs one write for each read from the network.
    /// </remarks>
    /// <value>10 milliseconds. From 0 to 1 minute.</value>
    public TimeSpan WriteInterval { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the feed waits for a slow disk if <see cref="WriteInterval"/> is zero. After that, the stream continues without waiting until the disk has caught up.</summary>
    /// <value>1 second. More than 0, at most 1 minute.</value>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the recorder flushes the written data to the disk. A power failure loses at most about this much.</summary>
    /// <value>1 second. More than 0, at most 1 hour.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The size, in bytes before compression, at which the recorder starts a new segment.</summary>
    /// <value>256 MiB. From 64 KiB to 2 GiB.</value>
    public long SegmentBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>The age at which the recorder starts a new segment. It also starts one at midnight, Tehran time.</summary>
    /// <value>1 hour. From 1 second to 1 day.</value>
    public TimeSpan SegmentDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether finished segments are compressed with zstd, in the background.</summary>
    /// <value>True.</value>
    public bool Compress { get; set; } = true;

    /// <summary>How long segments are kept. Older ones are deleted. Null keeps all.</summary>
    /// <value>Null. More than 0.</value>
    public TimeSpan? RetainFor { get; set; }

    /// <summary>How many bytes all segments may take on the disk. Beyond that, the oldest ones are deleted, but never the current one. Null means no limit.</summary>
    /// <value>Null. More than 0.</value>
    public long? RetainBytes { get; set; }

    /// <summary>One line: when it writes, and what it keeps.</summary>
    public override string ToString() =>
        $"written after {WriteInterval}, flushed after {FlushInterval}, segments of {SegmentBytes} bytes or {SegmentDuration}{(Compress ? ", compressed" : "")}{(RetainFor is null && RetainBytes is null ? "" : $", kept{(RetainFor is null ? "" : $" for {RetainFor}")}{(RetainBytes is null ? "" : $" up to {RetainBytes.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)} bytes")}")}";

    internal RecordingOptions CopyAndValidate(string parameter)
    {
        RecordingOptions copy = (RecordingOptions)MemberwiseClone();
        Require(copy.WriteInterval >= TimeSpan.Zero && copy.WriteInterval <= TimeSpan.FromMinutes(1), nameof(WriteInterval), "from 0 to 1 minute");
        Require(copy.WriteTimeout > TimeSpan.Zero && copy.WriteTimeout <= TimeSpan.FromMinutes(1), nameof(WriteTimeout), "more than 0 and at most 1 minute");
        Require(copy.FlushInterval > TimeSpan.Zero && copy.FlushInterval <= TimeSpan.FromHours(1), nameof(FlushInterval), "more than 0 and at most 1 hour");
        Require(copy.SegmentBytes is >= 64 * 1024 and <= 2L * 1024 * 1024 * 1024, nameof(SegmentBytes), "from 64 KiB to 2 GiB");
        Require(copy.SegmentDuration >= TimeSpan.FromSeconds(1) && copy.SegmentDuration <= TimeSpan.FromDays(1), nameof(SegmentDuration), "from 1 second to 1 day");
        Require(copy.RetainFor is null || copy.RetainFor > TimeSpan.Zero, nameof(RetainFor), "null or more than 0");
        Require(copy.RetainBytes is null or > 0, nameof(RetainBytes), "null or more than 0");
        return copy;

        void Require(bool holds, string name, string bounds)
        {
            if (!holds)
            {
                throw new ArgumentException($"{nameof(RecordingOptions)}.{name} must be {bounds}.", parameter);
            }
        }
    }
}
