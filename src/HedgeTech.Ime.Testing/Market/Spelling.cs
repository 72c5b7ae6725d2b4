using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>One way to request a contract (by id, code or name), the head of the messages for it, and its subscribers. Immutable.</summary>
internal sealed record Spelling(ContractKey Key, byte[] Head, Subscription[] Subscriptions);
