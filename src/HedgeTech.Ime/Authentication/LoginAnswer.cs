using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the body of an answer to a login: the token if it was accepted, the reason if it was refused.</summary>
internal static class LoginAnswer
{
    /// <summary>Returns the string member <c>Authorization</c> unchanged; null if the body is not a JSON object with that member.</summary>
    internal static string? ReadToken(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            string? token = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isToken = reader.ValueTextEquals("Authorization"u8);
                reader.Read();
                if (isToken)
                {
                    token = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }

            return reader.Read() ? null : token;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or a string in it is not valid Unicode
        }
    }

    /// <summary>Whether the token is valid in a header: not blank, and only visible ASCII and spaces (some servers put a scheme before it).</summary>
    internal static bool IsUsable(string token)
    {
        foreach (char c in token)
        {
            if (c is < ' ' or > '~')
            {
                return false;
            }
        }

        return !string.IsNullOrWhiteSpace(token);
    }

    /// <summary>
    /// Returns the member <c>detail</c>: a sentence or, with a 422, one entry per field, joined into a readable line (<c>password: field required</c>).
    /// Null for any other body, such as the HTML page of a gateway, which does not help a reader.
    /// </summary>
    internal static string? ReadDetail(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("detail", out JsonElement detail))
            {
                return null;
            }

            return detail.ValueKind switch
            {
                JsonValueKind.String => detail.GetString(),
                JsonValueKind.Array => string.Join("; ", detail.EnumerateArray().Select(Entry).Where(static entry => entry is not null)),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or a string in it is not valid Unicode
        }
    }

    private static string? Entry(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.String)
        {
            return entry.GetString();
        }

        if (entry.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Only the place and the message: such servers also return the input, which is a secret here.
        string? message = entry.TryGetProperty("msg", out JsonElement msg) && msg.ValueKind == JsonValueKind.String ? msg.GetString() : null;
        string place = entry.TryGetProperty("loc", out JsonElement loc) ? Place(loc) : "";
        return (place, message) switch
        {
            ("", _) => message,
            (_, null) => place,
            _ => $"{place}: {message}",
        };
    }

    private static string Place(JsonElement location)
    {
        if (location.ValueKind != JsonValueKind.Array)
        {
            return location.ValueKind == JsonValueKind.String ? location.GetString() ?? "" : "";
        }

        StringBuilder place = new();
        foreach (JsonElement part in location.EnumerateArray())
        {
            string text = part.ValueKind == JsonValueKind.String ? part.GetString() ?? "" : part.ToString();
            if (place.Length == 0 && text is "body" or "")
            {
                continue; // the outermost place only says that the field is in the form
            }

            place.Append(place.Length == 0 ? "" : ".").Append(text);
        }

        return place.ToString();
    }
}
