using Microsoft.Extensions.Configuration;

namespace HedgeTech.Ime.DependencyInjection;

/// <summary>Finds the keys of a section that are not settings, usually misspelled ones, and suggests the setting that was probably meant.</summary>
internal static class UnknownSettings
{
    /// <summary>One sentence for each key that is not a setting.</summary>
    /// <remarks>A whole configuration is not checked, as it also holds the settings of others. Values never appear: a misspelled key may hold a secret.</remarks>
    public static List<string> Find(IConfiguration configuration)
    {
        List<string> problems = [];
        if (configuration is IConfigurationSection section)
        {
            Find(section, "", problems);
        }

        return problems;
    }

    private static void Find(IConfigurationSection section, string path, List<string> problems)
    {
        string[] settings = SettingNames.Sections[path];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string key = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            if (path.Length == 0 && SettingNames.Sections.ContainsKey(child.Key) && child.Key.Length > 0)
            {
                if (string.IsNullOrEmpty(child.Value))
                {
                    Find(child, child.Key, problems);
                }
                else
                {
                    problems.Add($"{child.Path} is a single value, but it is a section. {Choices(SettingNames.Sections[child.Key])}");
                }
            }
            else if (SettingNames.CodeOnly.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"{child.Path} cannot be set in a configuration. Set it in code, with services.AddOptions<ImeClientOptions>().Configure(…).");
            }
            else if (!settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"{child.Path} is not a setting. {Advice(child, path)}");
            }
            else if (child.GetChildren().FirstOrDefault() is { } below)
            {
                problems.Add($"{child.Path} has settings below it, such as {below.Key}, but it is a single value.");
            }
        }
    }

    private static string Advice(IConfigurationSection unknown, string path)
    {
        string root = unknown.Path[..^(unknown.Key.Length + (path.Length == 0 ? 0 : path.Length + 1))];
        string[] here = Keys(path);
        string prefix = path.Length == 0 ? "" : $"{NameOf(path)}:";
        string? meant = NearestName.Of(unknown.Key, here) is { } near ? prefix + near
            : SettingNames.Sections.SelectMany(static one => one.Value.Select(name => one.Key.Length == 0 ? name : $"{one.Key}:{name}"))
                .FirstOrDefault(name => string.Equals(name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..], unknown.Key, StringComparison.OrdinalIgnoreCase));
        return meant is null ? Choices(here) : $"Did you mean {root}{meant}?";
    }

    private static string Choices(string[] settings) => $"The settings there are: {string.Join(", ", settings)}.";

    private static string[] Keys(string path) =>
        path.Length > 0 ? SettingNames.Sections[path] : [.. SettingNames.Sections[""].Concat(SettingNames.Sections.Keys.Where(static name => name.Length > 0)).Order(StringComparer.Ordinal)];

    private static string NameOf(string path) => SettingNames.Sections.Keys.First(name => string.Equals(name, path, StringComparison.OrdinalIgnoreCase));
}
