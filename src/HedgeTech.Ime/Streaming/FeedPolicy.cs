namespace HedgeTech.Ime.Streaming;

/// <summary>The options of the client by which the supervisor decides.</summary>
/// <param name="MaxAttempts"><see cref="ReconnectOptions.MaxAttempts"/>.</param>
/// <param name="HealthyAfter"><see cref="ReconnectOptions.HealthyAfter"/>.</param>
/// <param name="RefusedFor"><see cref="ReconnectOptions.RefusedFor"/>.</param>
/// <param name="KeepAliveInterval"><see cref="ConnectionOptions.KeepAliveInterval"/>.</param>
/// <param name="CanRenewToken">Whether the client can get another token.</param>
/// <param name="RotatesConnections"><see cref="AuthenticationOptions.RotateConnections"/>.</param>
internal readonly record struct FeedPolicy(int? MaxAttempts, TimeSpan HealthyAfter, TimeSpan RefusedFor, TimeSpan KeepAliveInterval, bool CanRenewToken, bool RotatesConnections);
