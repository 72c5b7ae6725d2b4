using Microsoft.Extensions.Configuration;

namespace HedgeTech.Ime.DependencyInjection;

/// <summary>Finds the keys of a section that set nothing, which are most often misspelled, and names the setting that was probably meant.</summary>
internal static class UnknownSettings
{
    /// <summary>One sentence for each key that is not a setting.</summary>
    /// <remarks>A whole configuration is not a section: it holds the settings of others too, and is not looked at. Values are never shown: a misspelled key may hold a secret.</remarks>
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
                problems.Add($"{child.Path} cannot come from a configuration. Set it in code, by services.AddOptions<ImeClientOptions>().Configure(…).");
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
        string? meant = here.Where(name => IsNear(unknown.Key, name)).MinBy(name => Distance(unknown.Key, name)) is { } near ? prefix + near
            : SettingNames.Sections.SelectMany(static one => one.Value.Select(name => one.Key.Length == 0 ? name : $"{one.Key}:{name}"))
                .FirstOrDefault(name => string.Equals(name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..], unknown.Key, StringComparison.OrdinalIgnoreCase));
        return meant is null ? Choices(here) : $"Did you mean {root}{meant}?";
    }

    private static string Choices(string[] settings) => $"The settings there are: {string.Join(", ", settings)}.";

    private static string[] Keys(string path) =>
        path.Length > 0 ? SettingNames.Sections[path] : [.. SettingNames.Sections[""].Concat(SettingNames.Sections.Keys.Where(static name => name.Length > 0)).Order(StringComparer.Ordinal)];

    private static string NameOf(string path) => SettingNames.Sections.Keys.First(name => string.Equals(name, path, StringComparison.OrdinalIgnoreCase));

    private static bool IsNear(string key, string name) => Distance(key, name) <= Math.Max(2, name.Length / 4);

    /// <summary>How many letters must be put in, left out or changed to make one of the other.</summary>
    private static int Distance(string one, string other)
    {
        (one, other) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        int[] before = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int[] now = new int[other.Length + 1];
            now[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = before[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                now[j] = Math.Min(changed, Math.Min(before[j], now[j - 1]) + 1);
            }

            before = now;
        }

        return before[^1];
    }
}
