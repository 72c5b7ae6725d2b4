using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The outcome of one attempt to open and prove a line.</summary>
/// <param name="Session">The line, if it is proven.</param>
/// <param name="Next">What to do if it is not.</param>
/// <param name="RetryAfter">How long the server asked to wait.</param>
internal readonly record struct Attempt(LineReader? Session, LineAction Next, TimeSpan? RetryAfter = null);
