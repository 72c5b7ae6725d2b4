namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The token source in a life of a feed.</summary>
/// <param name="clock">The clocks.</param>
/// <param name="canRenew">Whether the source can get a new token.</param>
/// <param name="seconds">The lifetime of a token, or 0 if it never expires.</param>
internal sealed class FeedLifeTokens(FeedLifeClock clock, bool canRenew, int seconds)
{
    /// <summary>Whether tokens expire.</summary>
    public bool Expire => seconds > 0;

    public AccessToken Current { get; private set; } = Create(clock, seconds);

    /// <summary>Returns the current token, or another if it is due for renewal.</summary>
    public AccessToken Get() => Current.RenewAt is { } due && clock.Moment.Utc >= due ? Renew() : Current;

    /// <summary>Returns another token, if there is one.</summary>
    public AccessToken Renew() => Current = canRenew ? Create(clock, seconds) : Current;

    private static AccessToken Create(FeedLifeClock clock, int seconds) => seconds == 0
        ? new AccessToken("t", null)
        : new AccessToken("t", clock.Now.AddSeconds(seconds)) { RenewAt = clock.Now.AddSeconds(seconds / 2.0) };
}
