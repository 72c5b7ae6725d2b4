using System.Text.Json;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.DependencyInjection;
using Microsoft.Extensions.Configuration;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>The JSON file that can set any option of the client except its credentials.</summary>
internal static class ConfigurationFile
{
    private static readonly string[] Secrets = [nameof(ImeClientOptions.Username), nameof(ImeClientOptions.Password), nameof(ImeClientOptions.AccessToken)];

    /// <summary>Adds the named file, or that in the user's configuration folder, if there is one.</summary>
    /// <exception cref="ToolException">The file cannot be read, or contains credentials.</exception>
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
                throw new ToolException(ExitCode.Usage, $"{path} holds {found}. Credentials belong in the credentials file, which only its owner may read.");
            }

            string[] sections = [.. file.GetChildren().Select(static section => section.Key)];
            if (sections.Length > 0 && !sections.Contains(ServiceSettings.Section, StringComparer.OrdinalIgnoreCase))
            {
                string? meant = sections.FirstOrDefault(static section => NearestName.Of(section, [ServiceSettings.Section]) is not null);
                throw new ToolException(
                    ExitCode.Usage,
                    $"{path} has no section '{ServiceSettings.Section}', so it has no effect.{(meant is null ? "" : $" It has '{CellText.Printable(meant)}'. Did you mean '{ServiceSettings.Section}'?")}");
            }

            builder.AddConfiguration(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            throw new ToolException(ExitCode.Usage, $"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
