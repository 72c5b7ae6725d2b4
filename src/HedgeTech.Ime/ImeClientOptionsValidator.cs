using System.Net;

namespace HedgeTech.Ime;

/// <summary>Checks the options that belong to no stage: the address, the credentials and the offset of timestamps.</summary>
internal static class ImeClientOptionsValidator
{
    private const string None = "none";

    /// <exception cref="ArgumentException">An option is invalid. The message names its full path, its value unless that may be a secret, and what it must be.</exception>
    public static void Validate(ImeClientOptions options)
    {
        ValidateBaseAddress(options.BaseAddress);
        ValidateCredentials(options);
        ValidateTimestampOffset(options.TimestampOffset);
    }

    /// <summary>Describes an address without its secrets. A password can be in the user info, in the query or, if the scheme is missing ("user:secret@host"), anywhere.</summary>
    public static string Describe(Uri? address) => address switch
    {
        null => "null",
        { IsAbsoluteUri: false } => "a relative address",
        _ when address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps => "an address with another scheme",
        _ => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
    };

    private static ArgumentException Invalid(string option, string problem) => new($"{nameof(ImeClientOptions)}.{option} {problem}");

    private static bool IsLoopback(Uri address) =>
        string.Equals(address.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    private static void ValidateBaseAddress(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true } || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw Invalid(nameof(ImeClientOptions.BaseAddress), $"is {Describe(address)}, but must be an absolute https address, such as {new ImeClientOptions().BaseAddress}.");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !IsLoopback(address))
        {
            throw Invalid(nameof(ImeClientOptions.BaseAddress), $"is {Describe(address)}, but must be https. Plain http is allowed only to localhost, 127.0.0.0/8 and ::1, as anyone on the network could read the password.");
        }

        if (address.UserInfo.Length > 0)
        {
            throw Invalid(nameof(ImeClientOptions.BaseAddress), $"is {Describe(address)} with a user name or password in it. Those belong in {nameof(ImeClientOptions.Username)} and {nameof(ImeClientOptions.Password)}.");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Invalid(nameof(ImeClientOptions.BaseAddress), $"is {Describe(address)} with a query or fragment, but must have neither.");
        }
    }

    private static void ValidateCredentials(ImeClientOptions options)
    {
        bool hasPassword = options.Username is not null || options.Password is not null;
        if ((hasPassword ? 1 : 0) + (options.AccessToken is null ? 0 : 1) + (options.CredentialsProvider is null ? 0 : 1) != 1)
        {
            string given = GivenCredentials(options);
            throw new ArgumentException(
                $"{nameof(ImeClientOptions)} must have exactly one of: {nameof(ImeClientOptions.Username)} with {nameof(ImeClientOptions.Password)}, {nameof(ImeClientOptions.AccessToken)}, or {nameof(ImeClientOptions.CredentialsProvider)}. "
                + $"It has: {given}.{(given == None ? " Is the setting or the environment variable that they come from not set?" : "")}");
        }

        if (hasPassword && string.IsNullOrWhiteSpace(options.Username))
        {
            throw Invalid(nameof(ImeClientOptions.Username), $"is null or blank, but {nameof(ImeClientOptions.Password)} is set. A login needs both.");
        }

        if (hasPassword && string.IsNullOrWhiteSpace(options.Password))
        {
            throw Invalid(nameof(ImeClientOptions.Password), $"is null or blank, but {nameof(ImeClientOptions.Username)} is set. A login needs both.");
        }

        if (options.AccessToken is { } token && (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            throw Invalid(nameof(ImeClientOptions.AccessToken), $"is empty, or holds a space or another character that is not visible ASCII. (Its value is a secret and is not shown.) A scheme such as Bearer goes into {nameof(ImeClientOptions.Authentication)}.{nameof(AuthenticationOptions.AuthorizationScheme)}.");
        }
    }

    private static string GivenCredentials(ImeClientOptions options)
    {
        (string Name, bool IsGiven)[] all =
        [
            (nameof(ImeClientOptions.Username), options.Username is not null),
            (nameof(ImeClientOptions.Password), options.Password is not null),
            (nameof(ImeClientOptions.AccessToken), options.AccessToken is not null),
            (nameof(ImeClientOptions.CredentialsProvider), options.CredentialsProvider is not null),
        ];
        string given = string.Join(", ", all.Where(static one => one.IsGiven).Select(static one => one.Name));
        return given.Length == 0 ? None : given;
    }

    private static void ValidateTimestampOffset(TimeSpan offset)
    {
        // The limits of DateTimeOffset.
        if (offset > TimeSpan.FromHours(14) || offset < TimeSpan.FromHours(-14) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw Invalid(nameof(ImeClientOptions.TimestampOffset), $"is {offset}, but must be whole minutes from -14:00 to +14:00.");
        }
    }
}
