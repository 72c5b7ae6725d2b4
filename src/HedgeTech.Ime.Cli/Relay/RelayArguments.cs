using System.CommandLine;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Relay;

/// <summary>The options that say where a relay is. User name and password of Redis come from the environment or the credentials file, never from an argument.</summary>
internal sealed class RelayArguments
{
    /// <summary>The option for the server that a publisher writes to.</summary>
    public const string ToPublish = "--redis";

    private const string ToRead = "--relay";

    private static readonly string[] OfTheService = ["--base-address", "--config"];

    /// <summary>The warning about an interruption. The event of the stream says it too, with its time.</summary>
    private const int Interrupted = 2310;

    /// <param name="server">The name of the option for the server.</param>
    /// <param name="description">What it is for.</param>
    public RelayArguments(string server, string description)
    {
        Server = new Option<string?>(server) { Description = description, HelpName = "host:port" };
        Server.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && given.Split(',').Any(static part => part.TrimStart().StartsWith("password", StringComparison.OrdinalIgnoreCase)))
            {
                result.AddError($"{server} must not contain a password, because other users of the machine can read arguments. Set IME_REDIS_PASSWORD, or redisPassword in the credentials file.");
            }
            else if (result.GetValueOrDefault<string?>() is { } address && Problem(new RelayOptions { Configuration = address }) is { } problem)
            {
                result.AddError(problem);
            }
        });
        Name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Problem(new RelayOptions { Name = name }) is { } problem)
            {
                result.AddError(problem);
            }
        });

        string? Problem(RelayOptions options)
        {
            try
            {
                Create(server, () => new RelaySource(options));
                return null;
            }
            catch (ToolException wrong)
            {
                return wrong.Message;
            }
        }
    }

    public Option<string?> Server { get; }

    public Option<string?> Name { get; } = new("--name")
    {
        Description = "The name of the relay. Default: ime.",
        HelpName = "name",
    };

    /// <summary>Adds the options of a command that reads a relay instead of the service.</summary>
    public static RelayArguments ForReading(Command command)
    {
        RelayArguments relay = new(ToRead, "Read a relay on this Redis instead of the service: HOST:PORT, and options as StackExchange.Redis takes them. No account is needed.");
        relay.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(relay.Name) is not null && parsed.GetValue(relay.Server) is null)
            {
                parsed.AddError("--name is the name of a relay, so it needs --relay.");
            }

            foreach (string option in OfTheService)
            {
                if (parsed.GetValue(relay.Server) is not null && parsed.GetResult(option) is not null)
                {
                    parsed.AddError($"{ToRead} reads a relay instead of the service, so {option} has no effect. Leave one of them out.");
                }
            }
        });
        return relay;
    }

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Server);
        command.Add(Name);
    }

    /// <summary>Returns where the relay is.</summary>
    /// <exception cref="ToolException">An option is wrong, or the credentials file cannot be read.</exception>
    public RelayOptions Read(ParseResult command, ServiceOptions service)
    {
        (string? user, string? password) = Credentials.FindRedis(command.GetValue(service.Credentials));
        string configuration = command.GetValue(Server) ?? "";
        foreach ((string key, string? secret) in (ReadOnlySpan<(string, string?)>)[("user", user), ("password", password)])
        {
            if (secret is null)
            {
                continue;
            }

            if (secret.Contains(',', StringComparison.Ordinal) || secret != secret.Trim())
            {
                throw new ToolException(ExitCode.Credentials, $"The Redis {key} has a comma, or a space at an end, which StackExchange.Redis cannot read.");
            }

            configuration += $",{key}={secret}";
        }

        RelayOptions options = new() { Configuration = configuration };
        if (command.GetValue(Name) is { } name)
        {
            options.Name = name;
        }

        return options;
    }

    /// <summary>Creates a source whose warnings are lines for the user, such as a contract that the relay does not have.</summary>
    /// <param name="options">Where the relay is.</param>
    /// <param name="write">Takes each line.</param>
    /// <exception cref="ToolException">An option is wrong.</exception>
    public static RelaySource CreateSource(RelayOptions options, Action<string> write) => Create(ToRead, () => new RelaySource(options, new WarningLines(write, except: Interrupted)));

    /// <summary>Creates a publisher or a source. What is wrong with the options is the user's mistake.</summary>
    /// <param name="server">The name of the option for the server.</param>
    /// <param name="create">Creates it.</param>
    /// <exception cref="ToolException">An option is wrong, or a contract cannot be relayed.</exception>
    public static T Create<T>(string server, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (ArgumentException wrong)
        {
            string sentence = wrong.ParamName switch
            {
                nameof(RelayOptions.Name) => wrong.Message.Split(" (Parameter ")[0].Replace($"{nameof(RelayOptions)}.{nameof(RelayOptions.Name)}", "--name", StringComparison.Ordinal),
                nameof(RelayOptions.Configuration) => $"{server} must be HOST:PORT, alone or with options as StackExchange.Redis takes them, such as redis.example.com:6379,ssl=true.",
                _ => wrong.Message,
            };
            throw new ToolException(ExitCode.Usage, sentence, wrong);
        }
    }

    /// <summary>Runs what reads or writes the relay, and says what to do if Redis refuses it.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (RelayRefusedException refused)
        {
            throw new ToolException(ExitCode.Failure, refused.Message + Remedy(refused.Option), refused);
        }
    }

    private static string Remedy(string? option) => option switch
    {
        nameof(RelayOptions.Name) => " Choose it with --name.",
        nameof(RelayOptions.Configuration) => " The user name and the password come from IME_REDIS_USERNAME and IME_REDIS_PASSWORD, or from the credentials file.",
        _ => "",
    };
}
