namespace HedgeTech.Ime.Authentication;

/// <summary>What the path of an endpoint may be: it is joined to the base address, and must not leave it.</summary>
internal static class EndpointPath
{
    /// <summary>Checks the option that holds a path.</summary>
    /// <param name="path">Its value.</param>
    /// <param name="option">Its full name, for the message.</param>
    /// <exception cref="ArgumentException">It is not one slash and then visible ASCII without query, fragment or backslash.</exception>
    public static void Validate(string? path, string option)
    {
        // "//host" would name another host, and a backslash is taken for a slash.
        bool isPath = path is ['/', ..]
            && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
            && !path.AsSpan().ContainsAny('?', '#', '\\');
        if (!isPath)
        {
            throw new ArgumentException($"{option} is {(path is null ? "null" : $"'{path}'")}, but must start with a single '/' and hold visible ASCII only (percent-encode the rest), without '?', '#' and '\\'.");
        }
    }
}
