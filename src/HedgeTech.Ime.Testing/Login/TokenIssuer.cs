using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using HedgeTech.Ime.Testing.Market;
using HedgeTech.Ime.Testing.Wire;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Testing.Login;

/// <summary>Issues tokens and checks whether a request may use one. Thread-safe.</summary>
internal sealed class TokenIssuer(ImeSimulatorOptions options, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Grant> _grants = new(StringComparer.Ordinal);
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"simulator {options.Seed}")));
    private WalkRandom _random = new((ulong)(uint)options.Seed);
    private int _issued;

    /// <summary>Issues a token, which is bound to the request as the options say, or unbound if the request is null.</summary>
    public string Issue(string username, HttpContext? request, TimeSpan? lifetime = null)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        DateTimeOffset expiry = DateTimeOffset.FromUnixTimeSeconds((now + (lifetime ?? options.Tokens.Lifetime)).ToUnixTimeSeconds());
        Grant grant = new(expiry, request is null ? null : Origin(request));
        lock (_gate)
        {
            string token = options.Tokens.Opaque ? $"{_random.Next():x16}{_random.Next():x16}" : Jwt(username, now, expiry);
            if (options.Tokens.OnlyTheNewest)
            {
                _grants.Clear();
            }

            _grants[token] = grant;
            return token;
        }
    }

    /// <summary>Returns why the request may not use the token; null if it may, and then also when the token expires.</summary>
    public string? Refusal(string token, HttpContext request, out DateTimeOffset expiresAt)
    {
        Grant? grant;
        lock (_gate)
        {
            grant = _grants.GetValueOrDefault(token);
        }

        expiresAt = grant?.ExpiresAt ?? default;
        return grant switch
        {
            null => "Invalid token",
            _ when grant.ExpiresAt <= timeProvider.GetUtcNow() => "Token expired",
            { Origin: { } origin } when origin != Origin(request) => "Token bound to another client",
            _ => null,
        };
    }

    public void RevokeAll()
    {
        lock (_gate)
        {
            _grants.Clear();
        }
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private string Jwt(string username, DateTimeOffset now, DateTimeOffset expiry)
    {
        string subject = JsonText.Quote(username, JsonDialect.Python);
        string claims = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"sub":{{subject}},"iat":{{now.ToUnixTimeSeconds()}},"exp":{{expiry.ToUnixTimeSeconds()}},"jti":"{{++_issued}}"}""");
        string signed = $"{Base64Url("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Returns the client's address and its identifying headers as one text to compare.</summary>
    private string Origin(HttpContext request)
    {
        StringBuilder origin = new();
        if (options.Tokens.BindToAddress)
        {
            IPAddress? address = request.Connection.RemoteIpAddress;
            origin.Append(address).Append('\n');
        }

        foreach (string header in options.Tokens.BindToHeaders)
        {
            origin.Append(header).Append(": ").Append(request.Request.Headers[header].ToString()).Append('\n');
        }

        return origin.ToString();
    }

    private sealed record Grant(DateTimeOffset ExpiresAt, string? Origin);
}
