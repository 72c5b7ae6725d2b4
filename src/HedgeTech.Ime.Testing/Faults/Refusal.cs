using System.Net;

namespace HedgeTech.Ime.Testing.Faults;

/// <summary>How a request is refused by command.</summary>
internal sealed record Refusal(HttpStatusCode Status, string? Body, TimeSpan? RetryAfter, int? CloseStatus = null, string CloseReason = "");
