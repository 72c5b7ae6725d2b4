namespace HedgeTech.Ime.Authentication;

/// <summary>Validates the path of an endpoint. The path is appended to the base address and must not change the host.</summary>
internal static class EndpointPath
{
    /// <summary>Validates an option that is a path.</summary>
    /// <param name="path">The value of the option.</param>
    /// <param name="option">The full name of the option, for the message.</param>
    /// <exception cref="ArgumentException">The path is not a single slash followed by visible ASCII without query, fragment or backslash.</exception>
    public static void Validate(string? path, string option)
    {
        // "//host" would name another host, and a backslash counts as a slash.
        bool isPath = path is ['/', ..]
            && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
            && !path.AsSpan().ContainsAny('?', '#', '\\');
        if (!isPath)
        {
            throw new ArgumentException($"{option} is {(path is null ? "null" : $"'{path}'")}, but must start with a single '/' and contain only visible ASCII (percent-encode the rest), without '?', '#' and '\\'.");
        }
    }
}
