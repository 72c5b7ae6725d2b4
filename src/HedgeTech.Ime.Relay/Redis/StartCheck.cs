using HedgeTech.Ime.Relay.Protocol;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Finds out when a connection is new whether Redis can carry the relay and the user may do what its side does, so that the reason shows at the start and in words.</summary>
internal static class StartCheck
{
    private const string Rights = "The guide 'Share one account over machines', which the README of the package links to, lists the least rights.";

    /// <summary>Checks what a publisher needs.</summary>
    /// <exception cref="RelayRefusedException">It does not have that.</exception>
    /// <exception cref="RedisException">Redis did not answer.</exception>
    public static async Task PublisherAsync(ConnectionMultiplexer connection, RelayKeys keys)
    {
        await ServersAsync(connection, writes: true).ConfigureAwait(false);
        RedisKey[] all = [.. keys.All.Append(keys.Check).Select(static key => (RedisKey)key)];
        RedisResult missing = await AskAsync("EVAL", () => connection.GetDatabase().ScriptEvaluateAsync(RelayScript.Text("check"), all, [keys.Channel], CommandFlags.DemandMaster)).ConfigureAwait(false);
        if ((string?)missing is { Length: > 0 } what)
        {
            throw Forbidden(what);
        }
    }

    /// <summary>Checks what a reader needs, apart from the subscription.</summary>
    /// <inheritdoc cref="PublisherAsync"/>
    public static async Task ReaderAsync(ConnectionMultiplexer connection, RelayKeys keys)
    {
        await ServersAsync(connection, writes: false).ConfigureAwait(false);
        IDatabase database = connection.GetDatabase();
        await AskAsync("HMGET", () => database.HashGetAsync(keys.Meta, ["format", "n"], CommandFlags.DemandMaster)).ConfigureAwait(false);
        await AskAsync("HGETALL", () => database.HashGetAllAsync(keys.Last, CommandFlags.DemandMaster)).ConfigureAwait(false);
        await AskAsync("XRANGE", () => database.StreamRangeAsync(keys.Stream, "-", "-", 1, Order.Ascending, CommandFlags.DemandMaster)).ConfigureAwait(false);
        await TransactionAsync(database, keys).ConfigureAwait(false);
    }

    /// <summary>Asks Redis for something, and says in words that the user may not.</summary>
    public static async Task<T> AskAsync<T>(string command, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RedisServerException failure) when (failure.Message.Contains("NOPERM", StringComparison.Ordinal))
        {
            throw Forbidden(failure.Message.Contains("channel", StringComparison.Ordinal) ? $"use the channel of the relay with {command}"
                : failure.Message.Contains("key", StringComparison.Ordinal) ? $"use the keys of the relay with {command}"
                : $"run the command {command}");
        }
        catch (RedisServerException failure) when (failure.Message.Contains("WRONGTYPE", StringComparison.Ordinal))
        {
            throw new RelayRefusedException("Something else uses the keys of the relay in Redis. The relay needs a name of its own.", nameof(RelayOptions.Name));
        }
    }

    /// <summary>What is wrong with a server, by the text of INFO; null if nothing is.</summary>
    public static string? Judge(string info, bool writes)
    {
        string version = Field(info, "redis_version");
        string policy = Field(info, "maxmemory_policy");
        return !Version.TryParse(version, out Version? parsed) || parsed.Major < 7 ? $"A relay needs Redis 7.0 or later, but the version of this one is {(version.Length == 0 ? "unknown" : Clean(version))}."
            : writes && policy != "noeviction" ? $"The maxmemory-policy of Redis must be noeviction, but it is {(policy.Length == 0 ? "unknown" : Clean(policy))}: Redis would remove messages that readers have not read, or the lease."
            : null;
    }

    /// <summary>A reader reads in transactions. The client reports a refused MULTI as an EXEC without it.</summary>
    private static async Task TransactionAsync(IDatabase database, RelayKeys keys)
    {
        ITransaction transaction = database.CreateTransaction();
        Task<RedisValue[]> read = transaction.HashGetAsync(keys.Meta, ["format", "n"], CommandFlags.DemandMaster);
        try
        {
            await transaction.ExecuteAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
            await read.ConfigureAwait(false);
        }
        catch (RedisServerException failure) when (failure.Message.Contains("NOPERM", StringComparison.Ordinal) || failure.Message.Contains("EXEC without MULTI", StringComparison.Ordinal))
        {
            throw Forbidden("run the commands MULTI and EXEC");
        }
    }

    private static async Task ServersAsync(ConnectionMultiplexer connection, bool writes)
    {
        foreach (IServer server in connection.GetServers().Where(static server => server is { IsConnected: true, IsReplica: false, ServerType: ServerType.Standalone or ServerType.Cluster }))
        {
            string info = (string?)await AskAsync("INFO", () => server.ExecuteAsync("INFO")).ConfigureAwait(false) ?? "";
            if (Judge(info, writes) is { } problem)
            {
                throw new RelayRefusedException(problem);
            }
        }
    }

    private static string Field(string info, string name) =>
        info.Split('\n').Select(static line => line.Trim()).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line ? line[(name.Length + 1)..] : "";

    private static string Clean(string text) => string.Concat(text.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-').Take(32));

    private static RelayRefusedException Forbidden(string what) =>
        new($"The Redis user may not {what}. {Rights}", nameof(RelayOptions.Configuration));
}
