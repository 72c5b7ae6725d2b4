using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.DependencyInjection;

/// <summary>Validates the options of one name as the client does, and names an invalid one by its key in the configuration, or by its property in code.</summary>
internal sealed partial class OptionsCheck(string name, IConfiguration? configuration) : IValidateOptions<ImeClientOptions>
{
    /// <summary>A hint for those who write <c>10</c> and mean ten seconds.</summary>
    private const string DaysMeant = " A number alone means days. Ten seconds are 00:00:10.";

    public ValidateOptionsResult Validate(string? optionsName, ImeClientOptions options)
    {
        if (optionsName != name)
        {
            return ValidateOptionsResult.Skip;
        }

        // A misspelled key first: it is why another option may be missing.
        if (configuration is not null && UnknownSettings.Find(configuration) is { Count: > 0 } unknown)
        {
            return ValidateOptionsResult.Fail(unknown);
        }

        try
        {
            options.CopyAndValidate();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException failure)
        {
            return ValidateOptionsResult.Fail(Sentence(failure));
        }
    }

    /// <summary>The full key of an option, such as <c>Ime:Reconnect:MaxDelay</c>.</summary>
    internal static string KeyOf(IConfiguration configuration, string key) =>
        configuration is IConfigurationSection section ? $"{section.Path}:{key}" : key;

    // The exceptions of the platform repeat the name of the parameter after the sentence.
    private string Sentence(ArgumentException failure)
    {
        int end = failure.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        string sentence = end < 0 ? failure.Message : failure.Message[..end];
        if (failure.ParamName is { } option && !sentence.Contains(option, StringComparison.Ordinal))
        {
            sentence = $"{option} is wrong: {sentence}";
        }

        return configuration is null ? InCode(sentence) : OptionPath().Replace(sentence, InConfiguration) + (WholeDays().IsMatch(sentence) ? DaysMeant : "");
    }

    private string InCode(string sentence) => name.Length == 0 ? sentence : $"Client '{name}': {sentence}";

    private string InConfiguration(Match option)
    {
        string path = option.Groups["path"].Value.Replace('.', ':');
        return path.Length > 0 ? KeyOf(configuration!, path[1..]) : configuration is IConfigurationSection section ? section.Path : "The configuration";
    }

    [GeneratedRegex(@"\('\d+\.00:00:00'\)")]
    private static partial Regex WholeDays();

    [GeneratedRegex(@"\bImeClientOptions(?<path>(\.\w+)*)")]
    private static partial Regex OptionPath();
}
