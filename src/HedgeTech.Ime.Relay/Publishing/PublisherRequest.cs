using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>A script to run, and the state of the outbox that it was made in.</summary>
internal sealed record PublisherRequest(ScriptRequest Script, int Epoch);

/// <summary>What makes a publisher distinct from others.</summary>
internal sealed record PublisherIdentity(ulong Owner, Func<Term> NewTerm, Func<ulong> NewSession);
