using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Opens connections to Redis with the settings that the relay needs.</summary>
internal static class RedisConnector
{
    /// <summary>Reads the configuration. The exception does not contain it, as it may hold a password.</summary>
    /// <exception cref="ArgumentException">It is not a configuration.</exception>
    public static ConfigurationOptions Parse(string configuration, string parameter)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration, ignoreUnknown: false);
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"{nameof(RelayOptions)}.{nameof(RelayOptions.Configuration)} is not a configuration of StackExchange.Redis, such as 'localhost:6379,ssl=true'.", parameter);
        }

        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast; // a request waits for nothing: the protocol sends it again
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.Protocol = RedisProtocol.Resp2; // pushes have a connection of their own, so that large reads do not delay them
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, 1500);
        options.ClientName ??= "HedgeTech.Ime.Relay";
        return options;
    }
}
