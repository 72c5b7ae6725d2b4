namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Where a replay is. Immutable.</summary>
/// <param name="Share">How much of the recording is behind it: from 0 to 1.</param>
/// <param name="Speed">How fast it runs: 1 as recorded.</param>
/// <param name="IsPaused">Whether it stands still.</param>
/// <param name="IsOver">Whether it has reached the end.</param>
internal sealed record Playback(double Share, double Speed, bool IsPaused, bool IsOver);
