using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>The JSON file that may set any option of the client but its credentials.</summary>
internal static class ConfigurationFile
{
    private static readonly string[] Secrets = [nameof(ImeClientOptions.Username), nameof(ImeClientOptions.Password), nameof(ImeClientOptions.AccessToken)];

    /// <summary>Adds the file that was named, or the user's own where there is one.</summary>
    /// <exception cref="ToolException">It cannot be read, or it holds credentials.</exception>
    public static void AddTo(IConfigurationBuilder builder, string? argument)
    {
        if (UserFolder.Find(argument, "IME_CONFIG", "config.json") is not { } path)
        {
            return;
        }

        try
        {
            using MemoryStream content = new(File.ReadAllBytes(path));
            IConfigurationRoot file = new ConfigurationBuilder().AddJsonStream(content).Build();
            if (Secrets.FirstOrDefault(secret => file[$"{ServiceSettings.Section}:{secret}"] is not null) is { } found)
            {
                throw new ToolException(ExitCode.Usage, $"{path} holds {found}; credentials belong in the credentials file, which its owner alone may read.");
            }

            builder.AddConfiguration(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            throw new ToolException(ExitCode.Usage, $"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
