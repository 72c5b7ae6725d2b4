using System.Net;

namespace HedgeTech.Ime;

public sealed partial class ImeClientOptions
{
    private const string None = "none";

    private ImeClientOptions(ImeClientOptions source)
    {
        BaseAddress = source.BaseAddress;
        Username = source.Username;
        Password = source.Password;
        AccessToken = source.AccessToken;
        CredentialsProvider = source.CredentialsProvider;
        TimestampOffset = source.TimestampOffset;
        Authentication = source.Authentication.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Authentication)}");
        Connection = source.Connection.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Connection)}");
        Reconnect = source.Reconnect.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Reconnect)}");
        Feed = source.Feed.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Feed)}");
    }

    /// <summary>A deep copy of these options, every one of them checked.</summary>
    /// <exception cref="ArgumentException">One is wrong: the message names it by its full path, its value unless that may be a secret, and what it must be.</exception>
    internal ImeClientOptions CopyAndValidate()
    {
        // The copy is checked and not the original, so that nobody can change what was checked.
        ImeClientOptions copy = new(this);
        copy.ValidateBaseAddress();
        copy.ValidateCredentials();
        copy.ValidateTimestampOffset();
        return copy;
    }

    private static ArgumentException Wrong(string option, string problem) => new($"{nameof(ImeClientOptions)}.{option} {problem}");

    private static bool IsLoopback(Uri address) =>
        string.Equals(address.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    // An address may hold a password: in its user info, in its query, or, where the scheme was forgotten ("user:secret@host"), anywhere.
    private static string Described(Uri? address) => address switch
    {
        null => "null",
        { IsAbsoluteUri: false } => "a relative address",
        _ when address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps => "an address with another scheme",
        _ => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
    };

    private void ValidateBaseAddress()
    {
        if (BaseAddress is not { IsAbsoluteUri: true } || (BaseAddress.Scheme != Uri.UriSchemeHttps && BaseAddress.Scheme != Uri.UriSchemeHttp))
        {
            throw Wrong(nameof(BaseAddress), $"is {Described(BaseAddress)}, but must be an absolute https address, such as {new ImeClientOptions().BaseAddress}.");
        }

        if (BaseAddress.Scheme == Uri.UriSchemeHttp && !IsLoopback(BaseAddress))
        {
            throw Wrong(nameof(BaseAddress), $"is {Described(BaseAddress)}, but must be https: over http, which is for localhost, 127.0.0.0/8 and ::1 alone, anyone on the way could read the password.");
        }

        if (BaseAddress.UserInfo.Length > 0)
        {
            throw Wrong(nameof(BaseAddress), $"is {Described(BaseAddress)} with a user name or password in it; those belong in {nameof(Username)} and {nameof(Password)}.");
        }

        if (BaseAddress.Query.Length > 0 || BaseAddress.Fragment.Length > 0)
        {
            throw Wrong(nameof(BaseAddress), $"is {Described(BaseAddress)} with a query or fragment behind it, but must have neither.");
        }
    }

    private void ValidateCredentials()
    {
        bool hasPassword = Username is not null || Password is not null;
        if ((hasPassword ? 1 : 0) + (AccessToken is null ? 0 : 1) + (CredentialsProvider is null ? 0 : 1) != 1)
        {
            throw new ArgumentException(
                $"{nameof(ImeClientOptions)} must have exactly one of: {nameof(Username)} with {nameof(Password)}, {nameof(AccessToken)}, or {nameof(CredentialsProvider)}. "
                + $"It has: {GivenCredentials()}.{(GivenCredentials() == None ? " Is the setting or the environment variable that they come from not set?" : "")}");
        }

        if (hasPassword && string.IsNullOrWhiteSpace(Username))
        {
            throw Wrong(nameof(Username), $"is null or blank, but {nameof(Password)} is set: a login needs both.");
        }

        if (hasPassword && string.IsNullOrWhiteSpace(Password))
        {
            throw Wrong(nameof(Password), $"is null or blank, but {nameof(Username)} is set: a login needs both.");
        }

        if (AccessToken is not null && (AccessToken.Length == 0 || AccessToken.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            throw Wrong(nameof(AccessToken), $"is empty or holds a space or something else that is not visible ASCII (its value is a secret and not shown). A scheme such as Bearer goes into {nameof(Authentication)}.{nameof(AuthenticationOptions.AuthorizationScheme)}.");
        }
    }

    private string GivenCredentials()
    {
        List<string> given = [];
        if (Username is not null)
        {
            given.Add(nameof(Username));
        }

        if (Password is not null)
        {
            given.Add(nameof(Password));
        }

        if (AccessToken is not null)
        {
            given.Add(nameof(AccessToken));
        }

        if (CredentialsProvider is not null)
        {
            given.Add(nameof(CredentialsProvider));
        }

        return given.Count == 0 ? None : string.Join(", ", given);
    }

    private void ValidateTimestampOffset()
    {
        // What DateTimeOffset takes.
        if (TimestampOffset > TimeSpan.FromHours(14) || TimestampOffset < TimeSpan.FromHours(-14) || TimestampOffset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw Wrong(nameof(TimestampOffset), $"is {TimestampOffset}, but must be whole minutes from -14:00 to +14:00.");
        }
    }
}
