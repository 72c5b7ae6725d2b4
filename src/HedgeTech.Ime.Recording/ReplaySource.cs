using System.Runtime.CompilerServices;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime.Recording;

/// <summary>Streams a recording through the API of the live client: the same snapshots and events in the same order. The stream ends at the end of the recording.</summary>
/// <remarks>
/// <para>
/// Events are equal to those that the feed delivered, except that <see cref="FeedInterrupted.Exception"/> is null. What the recorder could not write is announced by
/// <see cref="SnapshotsDropped"/>. A time in which nothing was recorded, or a damaged place, is announced by a <see cref="FeedInterrupted"/> and a
/// <see cref="FeedResumed"/> of connection 0, unless all connections were down. Contracts that the recording no longer has afterwards stay interrupted.
/// </para>
/// <para>This version of the library parses the messages again. You can replay a recording that is still being written; the stream ends where the recording ends at that moment.</para>
/// <para>Thread-safe. Each call starts an independent stream. All streams of a source share its <see cref="Clock"/>, so create a source for each run that needs the clock.</para>
/// </remarks>
public sealed partial class ReplaySource : IMarketDataSource
{
    private readonly string _folder;
    private readonly ReplayOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lazy<(DateTimeOffset Begin, DateTimeOffset End)> _range;
    private readonly Lazy<ContractSet> _contracts;
    private readonly Lazy<ReplayClock> _clock;

    /// <summary>Opens a recording.</summary>
    /// <param name="folder">The folder that a <see cref="MarketRecorder"/> wrote to.</param>
    /// <param name="options">Which part to replay, and how fast; null for everything, as fast as possible.</param>
    /// <param name="loggerFactory">Creates the logger for damage; null for no log.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty, or an option is out of range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder does not contain a recording.</exception>
    public ReplaySource(string folder, ReplayOptions? options = null, ILoggerFactory? loggerFactory = null)
        : this(folder, options, loggerFactory, TimeProvider.System)
    {
    }

    internal ReplaySource(string folder, ReplayOptions? options, ILoggerFactory? loggerFactory, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _options = (options ?? new ReplayOptions()).CopyAndValidate(nameof(options));
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<ReplaySource>();
        _time = time;
        _folder = Path.GetFullPath(folder);
        RecordingFolder.RequireRecording(_folder);
        _range = new Lazy<(DateTimeOffset, DateTimeOffset)>(() => RecordingRange.Of(_folder));
        _contracts = new Lazy<ContractSet>(FindContracts);
        _clock = new Lazy<ReplayClock>(() => new ReplayClock(_options.From ?? Begin));
    }

    /// <summary>All contracts of the recording, in the order in which they became known.</summary>
    /// <exception cref="InvalidOperationException">The recording has no contracts.</exception>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public ContractSet Contracts => _contracts.Value;

    /// <summary>When the first message or event of the recording was received, UTC.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public DateTimeOffset Begin => _range.Value.Begin;

    /// <summary>When the last message or event of the recording was received, UTC. Read once, even if the recording is still being written.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public DateTimeOffset End => _range.Value.End;

    /// <summary>A clock that runs with <see cref="FeedEvent.ReceivedAt"/> and never steps back: for candles, time-outs and strategies.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    /// <remarks>
    /// The clock stands at <see cref="ReplayOptions.From"/> or <see cref="Begin"/> until the first event. Its timers fire on the thread that replays, just before the
    /// first event that is not before them. A loop body that waits for this clock waits forever, because the clock stands still until the loop asks for the next event.
    /// </remarks>
    public TimeProvider Clock => _clock.Value;

    /// <inheritdoc/>
    /// <exception cref="IOException">Thrown by a read of the stream: the recording cannot be read at all, for example because its folder has been deleted.</exception>
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        return ReplayAsync(contracts, cancellationToken, default);
    }

    /// <summary>One line: which recording, which part, and how fast.</summary>
    public override string ToString() => $"{_folder}, {_options}";

    private async IAsyncEnumerable<FeedEvent> ReplayAsync(ContractSet contracts, CancellationToken cancellationToken, [EnumeratorCancellation] CancellationToken enumeratorToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enumeratorToken);
        using ReplayReader reader = new(
            () => RecordingFolder.List(_folder),
            contracts,
            _options.From,
            _options.To,
            _options.KeepFrames,
            (segment, damage) => LogDamage(_logger, segment.RelativePath, damage.Offset, damage.Length, damage.Reason));
        ReplayClock clock = _clock.Value;
        ReplayPace? pace = _options.Speed is { } speed ? new ReplayPace(speed, _options.LongestPause, clock, _time) : null;
        CancellationToken token = either.Token;
        token.ThrowIfCancellationRequested();
        while (reader.TryRead(out FeedEvent? feedEvent))
        {
            if (pace is not null)
            {
                await pace.WaitAsync(feedEvent.ReceivedAt.UtcTicks, token).ConfigureAwait(false);
            }
            else
            {
                clock.MoveTo(feedEvent.ReceivedAt.UtcTicks);
            }

            token.ThrowIfCancellationRequested();
            yield return feedEvent;
        }
    }

    private ContractSet FindContracts()
    {
        ContractKey[] contracts = [.. RecordingFolder.List(_folder).SelectMany(static segment => SegmentContent.Of(segment).Contracts).Where(static contract => Enum.IsDefined(contract.Kind) && !string.IsNullOrWhiteSpace(contract.Value))];
        return contracts.Length > 0 ? new ContractSet(contracts) : throw new InvalidOperationException("The recording has no contracts: nothing was received.");
    }
}
