using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Testing.Server;

/// <summary>Writes a plain HTTP answer.</summary>
internal static class Response
{
    public static async Task WriteAsync(HttpContext context, HttpStatusCode status, string body, TimeSpan? retryAfter = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = (int)status;
        context.Response.ContentLength = bytes.Length;
        if (retryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (bytes.Length > 0)
        {
            context.Response.ContentType = body[0] == '<' ? "text/html" : body[0] is '{' or '[' ? "application/json" : "text/plain; charset=utf-8";
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
