using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>One way clients ask for a contract (its id, its code, its name), the head of the messages that goes with it, and who asked. Immutable.</summary>
internal sealed record Spelling(ContractKey Key, byte[] Head, Subscription[] Subscriptions);
