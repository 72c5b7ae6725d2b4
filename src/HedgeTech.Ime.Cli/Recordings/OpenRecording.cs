using HedgeTech.Ime.Recording;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Cli.Recordings;

/// <summary>The part of a recording that a command line names.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Contracts">The contracts.</param>
/// <param name="Options">Which time, and how to replay it.</param>
/// <param name="Log">Learns of damage.</param>
/// <param name="WholeBegin">When the whole recording begins.</param>
/// <param name="WholeEnd">When it ends.</param>
internal sealed record OpenRecording(string Folder, ContractSet Contracts, ReplayOptions Options, ILoggerFactory Log, DateTimeOffset WholeBegin, DateTimeOffset WholeEnd)
{
    /// <summary>When the part begins.</summary>
    public DateTimeOffset Begin => Options.From > WholeBegin ? Options.From.Value : WholeBegin;

    /// <summary>When the part ends.</summary>
    public DateTimeOffset End => Options.To < WholeEnd ? Options.To.Value : WholeEnd;

    /// <summary>The events, from the beginning of the part.</summary>
    public IAsyncEnumerable<FeedEvent> StreamAsync(CancellationToken cancellationToken) => new ReplaySource(Folder, Options, Log).StreamEventsAsync(Contracts, cancellationToken);

    /// <summary>How much of the part is before a moment: from 0 to 1.</summary>
    public double ShareAt(DateTimeOffset moment) => End > Begin ? Math.Clamp((moment - Begin) / (End - Begin), 0, 1) : 1;
}
