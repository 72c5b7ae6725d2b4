using System.Net;
using HedgeTech.Ime.Testing.Faults;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Server;
using HedgeTech.Ime.Testing.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace HedgeTech.Ime.Testing.Login;

/// <summary>Answers the form POST of a login as FastAPI does: 422 with a list for a missing field, 401 with a sentence for a wrong password.</summary>
internal sealed class LoginEndpoint(ImeSimulatorOptions options, TokenIssuer tokens, Refusals refusals, Recorder recorder, TimeProvider timeProvider)
{
    public async Task AnswerAsync(HttpContext context)
    {
        Dictionary<string, string> form = await ReadFormAsync(context.Request).ConfigureAwait(false);
        (HttpStatusCode status, string body, string? token) = Decide(context, form, out Refusal? refusal);
        recorder.Add(new LoginRecord
        {
            At = timeProvider.GetUtcNow(),
            RemoteEndPoint = RequestReading.RemoteEndPoint(context),
            RequestLine = $"{context.Request.Method} {RequestReading.Target(context)}",
            Headers = RequestReading.Headers(context.Request),
            Form = form,
            Username = form.GetValueOrDefault(options.Spelling.UsernameField),
            Status = status,
            Token = token,
        });
        if (token is not null && options.Tokens.CloseOnLogin)
        {
            await Task.WhenAll(recorder.Live.Select(static connection => connection.CloseAsync(1008, "logged in elsewhere"))).ConfigureAwait(false);
        }

        await Response.WriteAsync(context, status, body, refusal?.RetryAfter).ConfigureAwait(false);
    }

    private static async Task<Dictionary<string, string>> ReadFormAsync(HttpRequest request)
    {
        Dictionary<string, string> form = new(StringComparer.Ordinal);
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            using FormReader reader = new(request.Body);
            foreach ((string field, Microsoft.Extensions.Primitives.StringValues values) in await reader.ReadFormAsync(request.HttpContext.RequestAborted).ConfigureAwait(false))
            {
                form[field] = values.ToString();
            }
        }

        return form;
    }

    private static string Unprocessable(string type, string field, string message) =>
        $$"""{"detail":[{"type":"{{type}}","loc":["body",{{JsonText.Quote(field, JsonDialect.Compact)}}],"msg":"{{message}}","input":null}]}""";

    private (HttpStatusCode Status, string Body, string? Token) Decide(HttpContext context, Dictionary<string, string> form, out Refusal? refusal)
    {
        refusal = null;
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return (HttpStatusCode.MethodNotAllowed, """{"detail":"Method Not Allowed"}""", null);
        }

        refusal = refusals.NextLogin();
        if (refusal is not null)
        {
            return (refusal.Status, refusal.Body ?? "", null);
        }

        foreach (string field in (string[])[options.Spelling.UsernameField, options.Spelling.PasswordField])
        {
            if (string.IsNullOrEmpty(form.GetValueOrDefault(field)))
            {
                return (HttpStatusCode.UnprocessableEntity, Unprocessable("missing", field, "Field required"), null);
            }
        }

        if (form.TryGetValue("grant_type", out string? grant) && grant != "password")
        {
            return (HttpStatusCode.UnprocessableEntity, Unprocessable("string_pattern_mismatch", "grant_type", "String should match pattern '^password$'"), null);
        }

        if (form[options.Spelling.UsernameField] != options.Username || form[options.Spelling.PasswordField] != options.Password)
        {
            return (HttpStatusCode.Unauthorized, """{"detail":"Incorrect username or password"}""", null);
        }

        string token = tokens.Issue(options.Username, context);
        return (options.Spelling.LoginStatus, $$"""{"Authorization":"{{token}}"}""", token);
    }
}
