using System.CommandLine;
using HedgeTech.Ime.Cli.Terminal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>Turns arguments, environment, files and prompts into the options of a client.</summary>
/// <remarks>Arguments take precedence over the environment, which takes precedence over the files, which take precedence over the prompt.</remarks>
internal static class ServiceSettings
{
    public const string Section = "Ime";

    /// <summary>Returns the options of a client that can log in. Asks for user name and password on the terminal if nothing else provides them.</summary>
    /// <exception cref="ToolException">An option is invalid, or there are no credentials and no terminal to ask for them.</exception>
    public static async Task<ImeClientOptions> ReadAsync(ParseResult command, ServiceOptions options, CancellationToken cancellationToken) =>
        Read(await ConfigureAsync(command, options, cancellationToken));

    /// <summary>Returns one configuration with everything that sets options of a client, including the credentials.</summary>
    /// <exception cref="ToolException">A file cannot be read, or there are no credentials and no terminal to ask for them.</exception>
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

    /// <summary>Returns the options that a configuration sets.</summary>
    /// <exception cref="ToolException">An option is invalid.</exception>
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

    /// <summary>Returns an environment variable; null if it is not set or empty.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
