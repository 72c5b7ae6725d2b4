using System.Net;
using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>The text that a hostile peer sends everywhere: terminal escapes, forged lines, direction marks, and the secrets that the client sent to it.</summary>
internal static class RawPoison
{
    public const string Username = "poisoned-user";
    public const string Password = "Pa55w0rd & \"X\"/";
    public const string Token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYXJhIn0.s3cr3tSignature_X9";

    private const string Escapes = "\u001b]0;owned\u0007\u001b[2J\u001b[31mFAKE\u009b31m\u0085\u0090q\u009c";
    private const string Marks = "\u202eevil\u202c\u2066x\u2069\u2028FORGED\u2029FORGED\u200f\u061c\ufeff";

    private static readonly string[] OfPassword = [.. Spell(Password), Base64($"{Username}:{Password}")];
    private static readonly string[] OfToken = Spell(Token);

    /// <summary>The hostile text in one line, for HTTP.</summary>
    public static string Line { get; } = $"{Escapes} {string.Join(' ', [.. OfPassword, .. OfToken])}";

    /// <summary>The hostile text with the additional characters that a JSON string can contain.</summary>
    public static string Text { get; } = $"{Escapes}{Marks}\r\nFORGED {string.Join(' ', [.. OfPassword, .. OfToken])}";

    /// <summary>The hostile text as a JSON string, with its quotes.</summary>
    public static string Json { get; } = JsonSerializer.Serialize(Text);

    /// <summary>Complete HTTP answers to any request, by name.</summary>
    public static IReadOnlyDictionary<string, string> Answers { get; } = new Dictionary<string, string>
    {
        ["a malformed status line"] = $"{Line}\r\n\r\n",
        ["a status that is not a number"] = $"HTTP/1.1 {Line}\r\n\r\n",
        ["a reason phrase"] = $"HTTP/1.1 503 {Line}\r\nContent-Length: 0\r\n\r\n",
        ["a header line without a colon"] = $"HTTP/1.1 200 OK\r\n{Line}\r\n\r\n",
        ["a header name"] = $"HTTP/1.1 200 OK\r\n{Line}: x\r\n\r\n",
        ["header values"] = $"HTTP/1.1 503 Busy\r\nRetry-After: {Line}\r\nServer: {Line}\r\nVia: {Line}\r\nDate: {Line}\r\nContent-Type: {Line}\r\nContent-Length: 0\r\n\r\n",
        ["a content length"] = $"HTTP/1.1 200 OK\r\nContent-Length: {Line}\r\n\r\n",
        ["a chunk"] = $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Line}\r\n{Line}\r\n\r\n",
        ["a redirect"] = $"HTTP/1.1 302 {Line}\r\nLocation: https://elsewhere.invalid/{Line}\r\nContent-Length: 0\r\n\r\n",
        ["a redirect to something that is not an address"] = $"HTTP/1.1 302 Found\r\nLocation: {Line}\r\nContent-Length: 0\r\n\r\n",
        ["a challenge"] = $"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"{Line}\"\r\nContent-Length: 0\r\n\r\n",
        ["a challenge of a proxy"] = $"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"{Line}\"\r\nContent-Length: 0\r\n\r\n",
        ["a detail"] = Answer(401, $$"""{"detail":{{Json}}}"""),
        ["details of fields"] = Answer(422, $$"""{"detail":[{"loc":["body",{{Json}}],"msg":{{Json}},"input":{{Json}}},{{Json}}]}"""),
        ["a token that cannot travel"] = Answer(200, $$"""{"Authorization":{{Json}},"detail":{{Json}}}"""),
        ["a page"] = Answer(403, $"<html>{Text}"),
        ["an upgrade that proves nothing"] = $"HTTP/1.1 101 {Line}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Line}\r\n\r\n",
        ["an upgrade to another protocol"] = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: {Line}\r\nConnection: {Line}\r\nSec-WebSocket-Accept: x\r\n\r\n",
    };

    /// <summary>Returns the bytes of an answer in Latin-1, because the platform reads HTTP headers that way.</summary>
    public static byte[] Bytes(string answer) => Encoding.Latin1.GetBytes(answer);

    /// <summary>Returns the part of a text that fits into the reason of a close frame.</summary>
    public static byte[] Reason(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= 123 ? bytes : bytes[..123];
    }

    /// <summary>Returns the fault in a text that the client shows, or null if there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mayHaveLines">Whether it may have several lines, as a stack trace does.</param>
    /// <param name="isTokenTold">Whether the client has received the token. Before that, the token is ordinary text.</param>
    public static string? FaultIn(string text, bool mayHaveLines, bool isTokenTold)
    {
        string? secret = OfPassword.Concat(isTokenTold ? [.. OfToken, "s3cr3tSignature"] : []).FirstOrDefault(spelling => text.Contains(spelling, StringComparison.OrdinalIgnoreCase));
        int harm = text.ToList().FindIndex(letter => IsHarmful(letter) && !(mayHaveLines && letter is '\r' or '\n'));
        return secret is not null ? $"the secret as {secret}"
            : harm >= 0 ? $"U+{(int)text[harm]:X4}"
            : text.Split('\n').Any(static line => line.TrimStart().StartsWith("FORGED", StringComparison.Ordinal)) ? "a forged line"
            : null;
    }

    private static bool IsHarmful(char letter) =>
        char.IsControl(letter) || letter is (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c' or '\ufeff';

    private static string Answer(int status, string body) =>
        $"HTTP/1.1 {status} {Line}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body))}";

    /// <summary>Returns a secret in every spelling that a server may send back.</summary>
    private static string[] Spell(string secret) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        WebUtility.UrlEncode(secret),
        WebUtility.HtmlEncode(secret),
        JsonEncodedText.Encode(secret).Value,
        string.Concat(secret.Select(static c => $"%{(int)c:x2}")),
        string.Concat(secret.Select(static c => $"\\u{(int)c:x4}")),
        Base64(secret),
    ];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
