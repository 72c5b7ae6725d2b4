namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The answer of a script.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Number">The number of the last entry of the log; after publish, of the published one.</param>
/// <param name="Milliseconds">The other half of its id.</param>
/// <param name="Previous">Acquire: the entry before the barrier; none if there is none.</param>
/// <param name="Detail">Acquire, refused: the format or the contracts of the log.</param>
/// <param name="Open">Acquire: what was interrupted before the barrier, as <see cref="OpenInterruptions"/> writes it.</param>
internal readonly record struct ScriptAnswer(ScriptStatus Status, long Number = 0, long Milliseconds = 0, LogPosition Previous = default, string Detail = "", string Open = OpenInterruptions.None);
