namespace WebBoard;

/// <summary>Who may come in, and what a browser may do with the page.</summary>
internal static class Doors
{
    private const string Loopback = "http://127.0.0.1:5080";

    /// <summary>
    /// Listens on loopback unless it is told otherwise by <c>--urls</c>. On loopback it answers to no other host name either,
    /// so that no page of the internet can have its own name resolved to this machine and read along.
    /// </summary>
    public static void Close(WebApplicationBuilder builder)
    {
        string urls = builder.Configuration["urls"] ?? Loopback;
        builder.WebHost.UseUrls(urls);
        if (urls.Split(';').All(static url => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.IsLoopback))
        {
            builder.Configuration["AllowedHosts"] ??= "localhost;127.0.0.1;[::1]";
        }
    }

    /// <summary>The page loads and runs nothing that is not from here, whatever the text in it.</summary>
    public static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        return next(context);
    }
}
