using System.Text.Json.Serialization;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>A rule came true. Immutable. It contains no text from outside except the name of the contract, as the rule has it.</summary>
internal sealed record Crossing
{
    /// <summary>When, UTC.</summary>
    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    /// <summary>The contract: its name, or <c>id:</c> and its id.</summary>
    [JsonPropertyName("contract")]
    public required string Contract { get; init; }

    /// <summary>The rule in full.</summary>
    [JsonPropertyName("rule")]
    public required string Rule { get; init; }

    /// <summary>What happened.</summary>
    [JsonPropertyName("event")]
    public required CrossingKind Kind { get; init; }

    /// <summary>The field of the rule; null if it has none.</summary>
    [JsonPropertyName("field")]
    public string? Field { get; init; }

    /// <summary>The value that crossed the number; null if there is none.</summary>
    [JsonPropertyName("value")]
    public decimal? Value { get; init; }

    /// <summary>How long the silence or the gap was; null if there is none.</summary>
    [JsonPropertyName("seconds")]
    public double? Seconds { get; init; }

    /// <summary>Why the stream was interrupted; null if it was not.</summary>
    [JsonPropertyName("reason")]
    public InterruptionReason? Reason { get; init; }

    /// <summary>How many snapshots were dropped, of all contracts; null if none were.</summary>
    [JsonPropertyName("dropped")]
    public long? Dropped { get; init; }

    /// <summary>What happened, without the contract.</summary>
    [JsonIgnore]
    public string What { get; init; } = "";

    /// <summary>What happened in one line for a person.</summary>
    [JsonPropertyName("text")]
    public string Text => $"{CellText.Name(Contract, CellText.Width(CellText.Printable(Contract)), NameForm.Isolated)} {What}";
}
