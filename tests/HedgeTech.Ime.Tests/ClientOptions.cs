using System.Reflection;

namespace HedgeTech.Ime.Tests;

/// <summary>Lists the options of a client, for the tests of their defaults and their documentation.</summary>
internal static class ClientOptions
{
    /// <summary>Returns every option that a user can set, with its default: the name with the type of its owner, the owner, and the property.</summary>
    public static IEnumerable<(string Name, object Owner, PropertyInfo Property)> Settable() => Settable(new ImeClientOptions());

    /// <summary>Returns every option that a user can set, with the values of the given options.</summary>
    public static IEnumerable<(string Name, object Owner, PropertyInfo Property)> Settable(ImeClientOptions options)
    {
        object[] owners = [options, options.Authentication, options.Connection, options.Reconnect, options.Feed];
        return from owner in owners
               from property in owner.GetType().GetProperties()
               where property.CanWrite
               select ($"{owner.GetType().Name}.{property.Name}", owner, property);
    }

    /// <summary>Returns a default value in the words of the documentation.</summary>
    public static string InWords(string property, object? value) => (property, value) switch
    {
        ("UserAgent", string) => "HedgeTech.Ime/ and the version",
        ("MaxMessageBytes", int bytes) => $"{bytes / 1024 / 1024} MiB",
        ("TimestampOffset", TimeSpan offset) => $"+{offset:hh\\:mm}, Tehran",
        (_, TimeSpan { TotalSeconds: < 1 } time) => $"{time.TotalMilliseconds} milliseconds",
        (_, TimeSpan { TotalSeconds: 1 }) => "1 second",
        (_, TimeSpan time) => $"{time.TotalSeconds} seconds",
        (_, Uri uri) => uri.OriginalString,
        (_, null) => "null",
        (_, bool flag) => flag ? "true" : "false",
        _ => value.ToString()!,
    };
}
