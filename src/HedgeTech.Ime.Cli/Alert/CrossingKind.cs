using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>What happened when a rule came true.</summary>
internal enum CrossingKind
{
    /// <summary>A value crossed a number.</summary>
    [JsonStringEnumMemberName("crossed")]
    Crossed,

    /// <summary>No message arrived for some time.</summary>
    [JsonStringEnumMemberName("silent")]
    Silent,

    /// <summary>The stream of the contract was interrupted.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>The interruption is over.</summary>
    [JsonStringEnumMemberName("resumed")]
    Resumed,

    /// <summary>Snapshots were dropped, so messages of the contract may be missing.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,
}
