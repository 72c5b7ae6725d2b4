using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the body of an answer to a login: the token of a granted one, the reason of a refused one.</summary>
internal static class LoginAnswer
{
    /// <summary>The string member <c>Authorization</c>, as it is; null where the body is not one JSON object that has it.</summary>
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
            return null; // no JSON, or a string in it that is no Unicode
        }
    }

    /// <summary>Whether the token can travel in a header: not blank, and nothing but visible ASCII and spaces (some servers put a scheme before it).</summary>
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
    /// The member <c>detail</c>: a sentence, or on a 422 one entry per field, joined readably (<c>password: field required</c>).
    /// Null where the body is none of that: the HTML of a gateway is of no use to a reader.
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
            return null; // no JSON, or a string in it that is no Unicode
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

        // Only the place and the message: such servers also send back the input, which is a secret here.
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
                continue; // the outermost place says only that it was in the form
            }

            place.Append(place.Length == 0 ? "" : ".").Append(text);
        }

        return place.ToString();
    }
}
