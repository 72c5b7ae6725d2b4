using System.Buffers.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the expiry of a token that happens to be a JWT. Nothing is verified and nothing is required: the token is the server's business.</summary>
internal static class JwtExpiry
{
    private static readonly double EarliestSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly double LatestSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The claim <c>exp</c>, UTC; null where the token is no JWT, or has none, or has one that makes no sense.</summary>
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
            return null; // no base64url: an opaque token with a dot in it
        }
        catch (JsonException)
        {
            return null; // no JSON inside
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
