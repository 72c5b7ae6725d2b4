using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace HedgeTech.Ime.Authentication;

/// <summary>A login in progress, shared by everyone who waits for it. <see cref="Waiters"/> belongs to the lock of the <see cref="TokenSource"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without a timer or wait handle has nothing to dispose, and it may be cancelled after the login has ended.")]
internal sealed class PendingLogin(bool isAfterRefusal)
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Whether the login replaces a token that the service refused.</summary>
    internal bool IsAfterRefusal => isAfterRefusal;

    internal CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The token or the failure. Never faults: a failure that nobody waits for must not become an unobserved exception.</summary>
    internal Task<(AccessToken? Token, ExceptionDispatchInfo? Failure)> Outcome { get; set; } = null!;

    internal int Waiters { get; set; }

    internal void Cancel() => _cancellation.Cancel();
}
