using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Tests;

/// <summary>Every value of an option is either accepted, or refused in one sentence that names the option, its value and the allowed values.</summary>
public sealed class ImeClientOptionsExtremesTests
{
    private const string Secret = "s3cret-Value";

    private static readonly string[] Secrets = ["Username", "Password", "AccessToken"];

    [Fact]
    public void Every_option_accepts_an_extreme_value_or_refuses_it_in_one_sentence()
    {
        foreach ((string name, PropertyInfo property, object? value) in Extremes())
        {
            ImeClientOptions options = WithOnly(name, property, value);

            Exception? thrown = Record.Exception(options.CopyAndValidate);

            Judge(thrown, name, value);
        }
    }

    [Fact]
    public void The_container_refuses_an_invalid_value_of_every_option_in_one_sentence()
    {
        foreach ((string name, PropertyInfo property, object? value) in Extremes())
        {
            using ServiceProvider services = new ServiceCollection().AddImeClient(options => Set(options, name, property, value)).Services.BuildServiceProvider();

            Exception? thrown = Record.Exception(() => services.GetRequiredService<IOptions<ImeClientOptions>>().Value);

            thrown.Should().Match(static t => t == null || t is OptionsValidationException, "{0} is {1}", name, value);
            Judge(thrown, name, value);
            thrown?.Message.Should().EndWith(".", "{0} is {1}", name, value).And.NotContain("(Parameter");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("\u06cc")]
    [InlineData("99999999999999999999")]
    [InlineData("10675199.02:48:05.4775807")]
    [InlineData("-10675199.02:48:05.4775808")]
    [InlineData("-2147483648")]
    [InlineData("2147483647")]
    public void Every_option_of_a_configuration_accepts_an_odd_text_or_refuses_it_in_one_sentence(string? text)
    {
        foreach ((string name, _, _) in ClientOptions.Settable())
        {
            string key = KeyOf(name);
            Dictionary<string, string?> settings = new() { ["Ime:Username"] = "user", ["Ime:Password"] = Secret, [$"Ime:{key}"] = text };
            IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
            using ServiceProvider services = new ServiceCollection().AddImeClient(configuration.GetSection("Ime")).Services.BuildServiceProvider();

            Exception? thrown = Record.Exception(() => services.GetRequiredService<IOptions<ImeClientOptions>>().Value);

            thrown.Should().Match(static t => t == null || t is OptionsValidationException, "{0} is '{1}'", key, text);
            if (thrown is not null && key is not "AccessToken")
            {
                thrown.Message.Should().Contain($"Ime:{key}", "it is '{0}'", text).And.NotContain("\n").And.NotContain("(Parameter");
                thrown.ToString().Should().NotContain(Secret);
            }
        }
    }

    private static IEnumerable<(string Name, PropertyInfo Property, object? Value)> Extremes() =>
        from option in ClientOptions.Settable()
        from value in ExtremesOf(option.Property.PropertyType)
        select (option.Name, option.Property, value);

    private static object?[] ExtremesOf(Type type) =>
        type == typeof(TimeSpan) ? [TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero, Timeout.InfiniteTimeSpan, TimeSpan.FromTicks(1), TimeSpan.FromTicks(-1)]
        : type == typeof(int) ? [int.MinValue, int.MaxValue, 0, -1]
        : type == typeof(int?) ? [int.MinValue, int.MaxValue, 0, -1, null]
        : type == typeof(string) ? [null, "", " ", "a b", "\u06cc", "\0", "//", new string('x', 100_000)]
        : type == typeof(bool) ? [true, false]
        : type.IsEnum ? [Enum.ToObject(type, int.MaxValue), Enum.ToObject(type, int.MinValue)]
        : type == typeof(Uri) ? [null, new Uri("a", UriKind.Relative), new Uri("file:///etc/passwd"), new Uri($"ftp://user:{Secret}@host/")]
        : [null];

    private static void Judge(Exception? thrown, string name, object? value)
    {
        if (thrown is null)
        {
            return;
        }

        thrown.Should().Match(static t => t is ArgumentException || t is OptionsValidationException, "{0} is {1}", name, value);
        thrown.ToString().Should().NotContain(Secret);
        string sentence = thrown.Message;
        if (Secrets.Contains(KeyOf(name)))
        {
            return;
        }

        sentence.Should().Contain($"ImeClientOptions.{KeyOf(name).Replace(':', '.')}", "it is {0}", value);
        if (value is not Uri)
        {
            string shown = value switch
            {
                null => "null",
                string text when string.IsNullOrWhiteSpace(text) => "empty",
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString()!,
            };
            (sentence.Contains(shown, StringComparison.Ordinal) || (shown is "empty" && sentence.Contains($"'{value}'", StringComparison.Ordinal)))
                .Should().BeTrue("{0} is {1}, and the message says: {2}", name, shown, sentence);
        }
    }

    private static ImeClientOptions WithOnly(string name, PropertyInfo property, object? value)
    {
        ImeClientOptions options = new();
        Set(options, name, property, value);
        return options;
    }

    private static void Set(ImeClientOptions options, string name, PropertyInfo property, object? value)
    {
        (options.Username, options.Password) = ("user", Secret);
        property.SetValue(ClientOptions.Settable(options).Single(option => option.Name == name).Owner, value);
    }

    /// <summary>Returns the configuration key of an option, such as <c>Connection:MaxMessageBytes</c> for <c>ConnectionOptions.MaxMessageBytes</c>.</summary>
    private static string KeyOf(string name) =>
        name.Replace("ImeClientOptions.", "", StringComparison.Ordinal).Replace("Options.", ":", StringComparison.Ordinal);
}
