namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>The names in a handshake, in which the revisions of the service's documentation differ.</summary>
/// <param name="Kind">The kind of contract key.</param>
/// <param name="Path">The path of the stream.</param>
/// <param name="Parameter">The query parameter for a contract.</param>
/// <param name="Scheme">The scheme before the token; null for none.</param>
internal sealed record HandshakeSpelling(ContractKeyKind Kind, string Path, string Parameter, string? Scheme)
{
    private static readonly string[] NameParameters = ["contract_names", "contract_name"];
    private static readonly string?[] Schemes = [null, "Bearer"];

    /// <summary>Returns the spelling in the options.</summary>
    public static HandshakeSpelling Of(ImeClientOptions options, ContractKeyKind kind) => kind == ContractKeyKind.Name
        ? new(kind, options.Connection.NamePath, options.Connection.NameParameter, options.Authentication.AuthorizationScheme)
        : new(kind, options.Connection.IdPath, options.Connection.IdParameter, options.Authentication.AuthorizationScheme);

    /// <summary>Returns the other known spellings: those of the documentation first, with as few differences as possible.</summary>
    public IEnumerable<HandshakeSpelling> Others()
    {
        HandshakeSpelling documented = Of(new ImeClientOptions(), Kind);
        IEnumerable<HandshakeSpelling> all =
            from path in (string[])[Path, documented.Path]
            from scheme in (string?[])[Scheme, .. Schemes]
            from parameter in (string[])[Parameter, documented.Parameter, .. Kind == ContractKeyKind.Name ? NameParameters : []]
            select new HandshakeSpelling(Kind, path, parameter, scheme);
        return all.Distinct().Where(other => other != this);
    }

    /// <summary>Sets this spelling in the options.</summary>
    public void Apply(ImeClientOptions options)
    {
        options.Authentication.AuthorizationScheme = Scheme;
        if (Kind == ContractKeyKind.Name)
        {
            (options.Connection.NamePath, options.Connection.NameParameter) = (Path, Parameter);
        }
        else
        {
            (options.Connection.IdPath, options.Connection.IdParameter) = (Path, Parameter);
        }
    }

    /// <summary>Describes how the other spelling differs from this one.</summary>
    public string Difference(HandshakeSpelling other) => string.Join(" and ", ((string?[])
    [
        other.Path == Path ? null : $"the path {other.Path} instead of {Path}",
        other.Parameter == Parameter ? null : $"the query parameter {other.Parameter} instead of {Parameter}",
        other.Scheme == Scheme ? null : other.Scheme is null ? "the bare token, without a scheme" : $"the word {other.Scheme} before the token",
    ]).OfType<string>());

    /// <summary>Names the options, with their values, that change this spelling to the other.</summary>
    public string Remedy(HandshakeSpelling other) => string.Join(" and ", ((string?[])
    [
        other.Path == Path ? null : $"Connection.{Kind}Path to \"{other.Path}\"",
        other.Parameter == Parameter ? null : $"Connection.{Kind}Parameter to \"{other.Parameter}\"",
        other.Scheme == Scheme ? null : $"Authentication.AuthorizationScheme to {(other.Scheme is null ? "null" : $"\"{other.Scheme}\"")}",
    ]).OfType<string>());
}
