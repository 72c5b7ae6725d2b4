using System.Net;

namespace HedgeTech.Ime.Testing.Faults;

/// <summary>How to refuse a request by command.</summary>
internal sealed record Refusal(HttpStatusCode Status, string? Body, TimeSpan? RetryAfter, int? CloseStatus = null, string CloseReason = "");
