using System.Security.Cryptography;
using HedgeTech.Ime.Hosting;
using Microsoft.Net.Http.Headers;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>Numbers the states of a board, so that ETags and event ids tell what a client has seen. Thread-safe.</summary>
internal sealed class BoardLedger(MarketBoard board)
{
    // Tells the versions of this process from those of an earlier one, which a browser may still name.
    private readonly string _process = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private readonly Lock _gate = new();
    private readonly Dictionary<ContractKey, BoardRow> _rows = [];
    private BoardState _state = new(0, board.State, []);

    public MarketBoard Board => board;

    /// <summary>Returns the newest state. What has not changed since the call before is not written again.</summary>
    public BoardState Refresh()
    {
        lock (_gate)
        {
            IReadOnlyList<BoardEntry> entries = board.Snapshot();
            FeedState feed = board.State;
            long version = _state.Version + 1;
            int before = _rows.Count;
            bool hasChanged = feed != _state.Feed;
            foreach (BoardEntry entry in entries)
            {
                if (!_rows.TryGetValue(entry.Contract, out BoardRow? row) || !row.Shows(entry))
                {
                    _rows[entry.Contract] = new BoardRow(entry.Snapshot, entry.IsInterrupted, version, BoardJson.Of(entry));
                    hasChanged = true;
                }
            }

            if (hasChanged)
            {
                // The order of known contracts stays, so it is computed only for new ones.
                IEnumerable<ContractKey> order = _rows.Count == before ? _state.Rows.Select(static row => row.Contract) : _rows.Keys.Order(ContractCode.KeyOrder);
                _state = new BoardState(version, feed, [.. order.Select(contract => _rows[contract])]);
            }

            return _state;
        }
    }

    /// <summary>Returns the newest state of one contract; null if there is none yet.</summary>
    public BoardRow? Refresh(ContractKey contract)
    {
        lock (_gate)
        {
            _ = Refresh();
            return _rows.GetValueOrDefault(contract);
        }
    }

    /// <summary>The id of an event that brings a version.</summary>
    public string IdOf(long version) => FormattableString.Invariant($"{_process}-{version}");

    /// <summary>The ETag of a version.</summary>
    public EntityTagHeaderValue TagOf(long version) => new($"\"{IdOf(version)}\"");

    /// <summary>The version that an event id names; null if it is not one of this process.</summary>
    public long? VersionOf(string? id) =>
        id is not null && id.StartsWith(_process, StringComparison.Ordinal) && id.Length > _process.Length && id[_process.Length] == '-'
            && long.TryParse(id.AsSpan(_process.Length + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long version)
            ? version
            : null;
}
