using System.Text;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>What the scripts need to know besides the request.</summary>
/// <param name="Lease">How long a leader leads without renewing.</param>
/// <param name="Retention">How long entries are kept.</param>
/// <param name="RetentionBytes">How many bytes of entries are kept.</param>
/// <param name="Contracts">The set of contracts as text. A log is of one set.</param>
/// <param name="Fields">The field of each contract in the hash of the newest messages, in the order of the set.</param>
internal sealed record RelaySettings(TimeSpan Lease, TimeSpan Retention, long RetentionBytes, string Contracts, IReadOnlyList<ReadOnlyMemory<byte>> Fields)
{
    /// <summary>The settings for these contracts, each as <c>name:VALUE</c> or <c>id:VALUE</c>.</summary>
    public static RelaySettings Create(TimeSpan lease, TimeSpan retention, long retentionBytes, IReadOnlyList<string> contracts) =>
        new(lease, retention, retentionBytes, string.Join('\n', contracts), [.. contracts.Select(static contract => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(contract))]);
}
