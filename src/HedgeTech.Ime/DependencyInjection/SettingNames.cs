namespace HedgeTech.Ime.DependencyInjection;

/// <summary>The keys that a section of settings may hold. They are written down here because native compilation leaves no properties to list at run time; a test compares them with the options.</summary>
internal static class SettingNames
{
    /// <summary>The sections and their settings. "" is the section itself, in which the names of the other sections are keys too.</summary>
    public static IReadOnlyDictionary<string, string[]> Sections { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        [""] =
        [
            nameof(ImeClientOptions.AccessToken),
            nameof(ImeClientOptions.BaseAddress),
            nameof(ImeClientOptions.Password),
            nameof(ImeClientOptions.TimestampOffset),
            nameof(ImeClientOptions.Username),
        ],
        [nameof(ImeClientOptions.Authentication)] =
        [
            nameof(AuthenticationOptions.AuthorizationScheme),
            nameof(AuthenticationOptions.PasswordField),
            nameof(AuthenticationOptions.RenewBefore),
            nameof(AuthenticationOptions.RotateConnections),
            nameof(AuthenticationOptions.Timeout),
            nameof(AuthenticationOptions.TokenPath),
            nameof(AuthenticationOptions.UsernameField),
        ],
        [nameof(ImeClientOptions.Connection)] =
        [
            nameof(ConnectionOptions.AddressFamily),
            nameof(ConnectionOptions.ConnectTimeout),
            nameof(ConnectionOptions.DedicatedThreads),
            nameof(ConnectionOptions.IdParameter),
            nameof(ConnectionOptions.IdPath),
            nameof(ConnectionOptions.KeepAliveInterval),
            nameof(ConnectionOptions.KeepAliveTimeout),
            nameof(ConnectionOptions.MaxContractsPerConnection),
            nameof(ConnectionOptions.MaxMessageBytes),
            nameof(ConnectionOptions.MaxRequestLineBytes),
            nameof(ConnectionOptions.NameParameter),
            nameof(ConnectionOptions.NamePath),
            nameof(ConnectionOptions.OfferCompression),
            nameof(ConnectionOptions.SslProtocols),
            nameof(ConnectionOptions.UserAgent),
        ],
        [nameof(ImeClientOptions.Feed)] =
        [
            nameof(FeedOptions.Capacity),
            nameof(FeedOptions.Delivery),
            nameof(FeedOptions.KeepFrames),
            nameof(FeedOptions.Overflow),
            nameof(FeedOptions.ProbeRefusals),
            nameof(FeedOptions.Redundancy),
            nameof(FeedOptions.SilenceTimeout),
            nameof(FeedOptions.TradingHours),
        ],
        [nameof(ImeClientOptions.Reconnect)] =
        [
            nameof(ReconnectOptions.HealthyAfter),
            nameof(ReconnectOptions.InitialDelay),
            nameof(ReconnectOptions.MaxAttempts),
            nameof(ReconnectOptions.MaxDelay),
            nameof(ReconnectOptions.RefusedFor),
        ],
    };

    /// <summary>The options that can only be set in code.</summary>
    public static IReadOnlyList<string> CodeOnly { get; } =
    [
        nameof(ImeClientOptions.CredentialsProvider),
        $"{nameof(ImeClientOptions.Connection)}:{nameof(ConnectionOptions.Proxy)}",
        $"{nameof(ImeClientOptions.Connection)}:{nameof(ConnectionOptions.ServerCertificateValidation)}",
        $"{nameof(ImeClientOptions.Feed)}:{nameof(FeedOptions.Sinks)}",
    ];
}
