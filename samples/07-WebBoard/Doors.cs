namespace WebBoard;

/// <summary>Restricts who can access the page, and what a browser may do with it.</summary>
internal static class Doors
{
    private const string Loopback = "http://127.0.0.1:5080";

    /// <summary>
    /// Listens on loopback unless <c>--urls</c> says otherwise. On loopback, it answers only to loopback host names, so that a page on the
    /// internet cannot read the data by resolving its own name to this machine.
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

    /// <summary>Makes the page load and run only content from this server, regardless of the text in it.</summary>
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
