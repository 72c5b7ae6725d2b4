namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>What of the client's options the supervisor decides by.</summary>
/// <param name="MaxAttempts"><see cref="ReconnectOptions.MaxAttempts"/>.</param>
/// <param name="HealthyAfter"><see cref="ReconnectOptions.HealthyAfter"/>.</param>
/// <param name="RefusedFor"><see cref="ReconnectOptions.RefusedFor"/>.</param>
/// <param name="KeepAliveInterval"><see cref="ConnectionOptions.KeepAliveInterval"/>.</param>
/// <param name="CanRenewToken">Whether there is another token to be had.</param>
/// <param name="RotatesConnections"><see cref="AuthenticationOptions.RotateConnections"/>.</param>
internal readonly record struct FeedPolicy(int? MaxAttempts, TimeSpan HealthyAfter, TimeSpan RefusedFor, TimeSpan KeepAliveInterval, bool CanRenewToken, bool RotatesConnections);
