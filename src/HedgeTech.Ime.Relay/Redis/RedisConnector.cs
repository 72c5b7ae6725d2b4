using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Opens connections to Redis with the settings that the relay needs.</summary>
internal static class RedisConnector
{
    /// <summary>How long Redis may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Reads the configuration. The exception does not contain it, as it may hold a password.</summary>
    /// <exception cref="ArgumentException">It is not a configuration, or does not name a server.</exception>
    public static ConfigurationOptions Parse(string configuration)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration, ignoreUnknown: false);
        }
        catch (ArgumentException)
        {
            throw RelayOptions.Wrong(nameof(RelayOptions.Configuration), "is not a configuration of StackExchange.Redis, such as 'localhost:6379,ssl=true'");
        }

        if (options.EndPoints.Count == 0)
        {
            throw RelayOptions.Wrong(nameof(RelayOptions.Configuration), "must name a server, such as 'localhost:6379'");
        }

        options.AbortOnConnectFail = true; // an attempt that fails says why
        options.AllowAdmin = true; // INFO counts as a command of administrators
        options.ConnectRetry = 1;
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, (int)Patience.TotalMilliseconds);
        options.BacklogPolicy = BacklogPolicy.FailFast; // a request waits for nothing: the protocol sends it again
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.Protocol = RedisProtocol.Resp2; // pushes have a connection of their own, so that large reads do not delay them
        options.ClientName ??= "HedgeTech.Ime.Relay";
        return options;
    }

    /// <summary>Opens a connection. It takes as long as the patience at most.</summary>
    /// <exception cref="RedisException">Redis cannot be reached.</exception>
    /// <exception cref="RelayRefusedException">Redis refuses the user.</exception>
    public static async Task<ConnectionMultiplexer> OpenAsync(ConfigurationOptions configuration)
    {
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        }
        catch (RedisConnectionException failure) when (failure.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            throw new RelayRefusedException("Redis refuses the user name or the password, or its certificate is not trusted.", nameof(RelayOptions.Configuration));
        }
    }

    /// <summary>Closes a connection without waiting for answers.</summary>
    public static async Task CloseAsync(ConnectionMultiplexer connection)
    {
        await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether an exception only says that Redis did not answer, or not now. The client cancels what waits on a connection that it gives up.</summary>
    public static bool IsTransient(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Says for a log what failed. Not the message of an error, which may quote what is not for a log.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        RelayRefusedException => exception.Message.TrimEnd('.'),
        RedisServerException => string.Concat(exception.Message.TakeWhile(char.IsAsciiLetterUpper)) is { Length: > 0 } kind ? kind : "an error",
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection } => "no connection could be made",
        RedisConnectionException { FailureType: ConnectionFailureType.SocketClosed or ConnectionFailureType.SocketFailure } => "the connection broke",
        RedisConnectionException failure => failure.FailureType.ToString(),
        TimeoutException => "no answer in time",
        OperationCanceledException => "the connection was given up",
        _ => exception.GetType().Name,
    };
}
