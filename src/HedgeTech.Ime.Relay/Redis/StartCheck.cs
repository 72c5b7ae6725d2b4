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
        await ServersAsync(connection, keys, writes: true).ConfigureAwait(false);
        IDatabase database = connection.GetDatabase();
        RedisKey[] all = [.. keys.All.Append(keys.Check).Select(static key => (RedisKey)key)];
        await RequireAsync(keys, "use the key", [.. all.Select(key => ("EVAL", (string)key!, (Func<Task>)(() => database.ScriptEvaluateAsync("return ''", [key], flags: CommandFlags.DemandMaster))))]).ConfigureAwait(false);
        string what = "";
        await RequireAsync(keys, "use the key", ("EVAL", "", async () => what = (string?)await database.ScriptEvaluateAsync(RelayScript.Text("check"), all, [keys.Channel], CommandFlags.DemandMaster).ConfigureAwait(false) ?? "")).ConfigureAwait(false);
        if (what.Length > 0)
        {
            throw Forbidden(keys, what);
        }
    }

    /// <summary>Checks what a reader needs, apart from the subscription.</summary>
    /// <inheritdoc cref="PublisherAsync"/>
    public static async Task ReaderAsync(ConnectionMultiplexer connection, RelayKeys keys)
    {
        await ServersAsync(connection, keys, writes: false).ConfigureAwait(false);
        IDatabase database = connection.GetDatabase();
        await RequireAsync(
            keys,
            "read the key",
            ("HMGET", keys.Meta, () => database.HashGetAsync(keys.Meta, ["format", "n"], CommandFlags.DemandMaster)),
            ("HGETALL", keys.Last, () => database.HashGetAllAsync(keys.Last, CommandFlags.DemandMaster)),
            ("XRANGE", keys.Stream, () => database.StreamRangeAsync(keys.Stream, "-", "-", 1, Order.Ascending, CommandFlags.DemandMaster))).ConfigureAwait(false);
        await TransactionAsync(database, keys).ConfigureAwait(false);
    }

    /// <summary>Subscribes, and says in words that the user may not.</summary>
    public static Task SubscribeAsync(RelayKeys keys, Func<Task> subscribe) => RequireAsync(keys, "subscribe to the channel", ("SSUBSCRIBE", keys.Channel, subscribe));

    /// <summary>Something else uses the keys.</summary>
    public static RelayRefusedException Foreign(string name) =>
        new($"Something else uses the keys of the relay '{name}' in Redis. The relay needs a name of its own.", nameof(RelayOptions.Name));

    /// <summary>Asks Redis for several things at once, and says in words which of them the user may not do.</summary>
    /// <param name="keys">The keys of the relay.</param>
    /// <param name="use">What is done with the keys or the channel.</param>
    /// <param name="all">The command of each, the key or channel, and what asks.</param>
    private static async Task RequireAsync(RelayKeys keys, string use, params (string Command, string Target, Func<Task> Ask)[] all)
    {
        List<string> commands = [];
        List<string> targets = [];
        foreach ((string command, string target, Task asking) in all.Select(static one => (one.Command, one.Target, one.Ask())).ToArray())
        {
            try
            {
                await asking.ConfigureAwait(false);
            }
            catch (RedisServerException failure) when (failure.Message.Contains("NOPERM", StringComparison.Ordinal))
            {
                // Redis names the command, but says only "a key" or "a channel".
                bool isTarget = failure.Message.Contains("key", StringComparison.Ordinal) || failure.Message.Contains("channel", StringComparison.Ordinal);
                (isTarget ? targets : commands).Add(isTarget ? target : command);
            }
            catch (RedisServerException failure) when (failure.Message.Contains("WRONGTYPE", StringComparison.Ordinal))
            {
                throw Foreign(keys.Name);
            }
        }

        string[] missing = [.. Listed("run the command", commands), .. Listed(use, targets)];
        if (missing.Length > 0)
        {
            throw Forbidden(keys, string.Join(" or ", missing));
        }

        static IEnumerable<string> Listed(string what, List<string> names) =>
            names.Distinct().ToArray() is { Length: > 0 } distinct ? [$"{what}{(distinct.Length > 1 ? "s" : "")} {string.Join(", ", distinct)}"] : [];
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
            throw Forbidden(keys, "run the commands MULTI and EXEC");
        }
    }

    private static async Task ServersAsync(ConnectionMultiplexer connection, RelayKeys keys, bool writes)
    {
        foreach (IServer server in connection.GetServers().Where(static server => server is { IsConnected: true, IsReplica: false, ServerType: ServerType.Standalone or ServerType.Cluster }))
        {
            string info = "";
            await RequireAsync(keys, "", ("INFO", "", async () => info = (string?)await server.ExecuteAsync("INFO").ConfigureAwait(false) ?? "")).ConfigureAwait(false);
            if (Judge(info, writes) is { } problem)
            {
                throw new RelayRefusedException(problem);
            }
        }
    }

    private static string Field(string info, string name) =>
        info.Split('\n').Select(static line => line.Trim()).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line ? line[(name.Length + 1)..] : "";

    private static string Clean(string text) => string.Concat(text.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-').Take(32));

    private static RelayRefusedException Forbidden(RelayKeys keys, string what) =>
        new($"The Redis user of the relay '{keys.Name}' may not {what}. {Rights}", nameof(RelayOptions.Configuration));
}
