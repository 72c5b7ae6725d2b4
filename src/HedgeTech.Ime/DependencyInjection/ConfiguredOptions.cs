using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.DependencyInjection;

/// <summary>Fills the options of one name from a configuration.</summary>
internal sealed class ConfiguredOptions(string name, IConfiguration configuration) : IConfigureNamedOptions<ImeClientOptions>
{
    private const string TradingHoursKey = $"{nameof(ImeClientOptions.Feed)}:{nameof(FeedOptions.TradingHours)}";

    public void Configure(ImeClientOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? optionsName, ImeClientOptions options)
    {
        if (optionsName != name)
        {
            return;
        }

        try
        {
            // The generated binder skips these two sections inside the options, because each has a property that text cannot set. Bound separately, it sets the others.
            configuration.Bind(options);
            configuration.GetSection(nameof(ImeClientOptions.Connection)).Bind(options.Connection);
            configuration.GetSection(nameof(ImeClientOptions.Feed)).Bind(options.Feed);
        }
        catch (InvalidOperationException failure)
        {
            throw Wrong(WithoutSecrets(failure.Message));
        }

        if (configuration[TradingHoursKey] is { } hours)
        {
            options.Feed.TradingHours = Parse(hours);
        }
    }

    private TradingHours Parse(string text)
    {
        try
        {
            return TradingHours.Parse(text);
        }
        catch (FormatException failure)
        {
            throw Wrong($"{OptionsCheck.KeyOf(configuration, TradingHoursKey)} is '{text}', but must be trading hours: {failure.Message}");
        }
    }

    // The binder quotes the value, and an address may contain a password.
    private string WithoutSecrets(string message)
    {
        string key = OptionsCheck.KeyOf(configuration, nameof(ImeClientOptions.BaseAddress));
        return message.Contains($"'{key}'", StringComparison.OrdinalIgnoreCase)
            ? $"{key} is not an address, but must be an absolute https address."
            : message + Choices(message);
    }

    // The binder names only the type, but the author of a configuration needs its values.
    private static string Choices(string message) =>
        message.Contains(typeof(FeedDelivery).FullName!, StringComparison.Ordinal) ? ChoicesOf<FeedDelivery>()
        : message.Contains(typeof(FeedOverflow).FullName!, StringComparison.Ordinal) ? ChoicesOf<FeedOverflow>()
        : "";

    private static string ChoicesOf<TEnum>()
        where TEnum : struct, Enum => $" It must be one of: {string.Join(", ", Enum.GetNames<TEnum>())}.";

    private OptionsValidationException Wrong(string message) => new(name, typeof(ImeClientOptions), [message]);
}
