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
    public static async Task<ImeClientOptions> ReadAsync(ParseResult command, ServiceOptions options, CancellationToken cancellationToken) =>
        Read(await ConfigureAsync(command, options, cancellationToken));

    /// <summary>All that sets options of a client, credentials included, in one configuration.</summary>
    /// <exception cref="ToolException">A file cannot be read, or there are no credentials and nobody to ask for them.</exception>
    public static async Task<IConfigurationRoot> ConfigureAsync(ParseResult command, ServiceOptions options, CancellationToken cancellationToken)
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
        return builder.AddInMemoryCollection(given).Build();
    }

    /// <summary>The options that a configuration sets.</summary>
    /// <exception cref="ToolException">One is wrong.</exception>
    public static ImeClientOptions Read(IConfigurationRoot configuration)
    {
        ServiceCollection services = new();
        AddClient(services, configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            return provider.GetRequiredService<IOptionsMonitor<ImeClientOptions>>().CurrentValue;
        }
        catch (OptionsValidationException wrong)
        {
            throw new ToolException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    /// <summary>Adds a client with the options that a configuration sets.</summary>
    public static IHttpClientBuilder AddClient(IServiceCollection services, IConfigurationRoot configuration) =>
        services.AddImeClient(configuration.GetSection(Section));

    /// <summary>A variable of the environment; null where it is not set or empty.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
