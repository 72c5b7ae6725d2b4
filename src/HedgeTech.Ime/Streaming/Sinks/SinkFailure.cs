namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>A failure of a sink that is to be logged.</summary>
/// <param name="Sink">The name of the type of the sink.</param>
/// <param name="Exception">What it threw.</param>
internal readonly record struct SinkFailure(string Sink, Exception Exception);
