using System.CommandLine;
using HedgeTech.Ime.Cli.Terminal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>Arguments, environment, files and the prompt, made into the options of a client.</summary>
/// <remarks>An argument goes before the environment, which goes before the files, which go before the prompt.</remarks>
internal static class ServiceSettings
{
    public const string Section = "Ime";

    /// <summary>The options of a client that can log in. Asks for user name and password on the terminal where nothing else gives them.</summary>
    /// <exception cref="ToolException">An option is wrong, or there are no credentials and nobody to ask for them.</exception>
    public static async Task<ImeClientOptions> ReadAsync(ParseResult command, ServiceOptions options, CancellationToken cancellationToken)
    {
        ConfigurationBuilder builder = new();
        ConfigurationFile.AddTo(builder, command.GetValue(options.Configuration));
        Dictionary<string, string?> given = [];
        if ((command.GetValue(options.BaseAddress) ?? Variable("IME_BASE_ADDRESS")) is { Length: > 0 } address)
        {
            given[$"{Section}:{nameof(ImeClientOptions.BaseAddress)}"] = address;
        }

        Credentials credentials = await Credentials.FindAsync(command.GetValue(options.Credentials), Consoles.Error, cancellationToken);
        given[$"{Section}:{nameof(ImeClientOptions.Username)}"] = credentials.Username;
        given[$"{Section}:{nameof(ImeClientOptions.Password)}"] = credentials.Password;
        given[$"{Section}:{nameof(ImeClientOptions.AccessToken)}"] = credentials.AccessToken;
        builder.AddInMemoryCollection(given);

        await using ServiceProvider services = Services(builder.Build());
        try
        {
            return services.GetRequiredService<IOptionsMonitor<ImeClientOptions>>().CurrentValue;
        }
        catch (OptionsValidationException wrong)
        {
            throw new ToolException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    /// <summary>A variable of the environment; null where it is not set or empty.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static ServiceProvider Services(IConfigurationRoot configuration)
    {
        ServiceCollection services = new();
        services.AddImeClient(configuration.GetSection(Section));
        return services.BuildServiceProvider();
    }
}
