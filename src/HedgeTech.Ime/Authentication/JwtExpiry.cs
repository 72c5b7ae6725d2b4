using System.Buffers.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the expiry of a token if it is a JWT. It does not verify the token and does not require a JWT: only the server has to understand the token.</summary>
internal static class JwtExpiry
{
    private static readonly double EarliestSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly double LatestSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Returns the claim <c>exp</c>, UTC; null if the token is not a JWT, has no such claim, or has one that is not a valid time.</summary>
    internal static DateTimeOffset? Read(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length < 2)
        {
            return null;
        }

        try
        {
            return ReadPayload(Base64Url.DecodeFromChars(parts[1]));
        }
        catch (FormatException)
        {
            return null; // not base64url: an opaque token that contains a dot
        }
        catch (JsonException)
        {
            return null; // not JSON
        }
    }

    private static DateTimeOffset? ReadPayload(ReadOnlySpan<byte> payload)
    {
        Utf8JsonReader reader = new(payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        DateTimeOffset? expiry = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isExpiry = reader.ValueTextEquals("exp"u8);
            reader.Read();
            if (isExpiry)
            {
                expiry = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double seconds) ? FromUnixSeconds(seconds) : null;
            }

            reader.Skip();
        }

        return expiry;
    }

    // NumericDate may have a fraction. A double is exact to the microsecond for any year that matters.
    private static DateTimeOffset? FromUnixSeconds(double seconds) =>
        seconds >= EarliestSeconds && seconds <= LatestSeconds
            ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000))
            : null;
}
