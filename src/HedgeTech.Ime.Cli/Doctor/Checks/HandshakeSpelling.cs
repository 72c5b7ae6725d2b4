namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>How a handshake is spelled: revisions of the service's documentation differ in this.</summary>
/// <param name="Kind">The kind of key that it is for.</param>
/// <param name="Path">The path of the stream.</param>
/// <param name="Parameter">The query parameter that carries a contract.</param>
/// <param name="Scheme">What stands before the token; null for nothing.</param>
internal sealed record HandshakeSpelling(ContractKeyKind Kind, string Path, string Parameter, string? Scheme)
{
    private static readonly string[] NameParameters = ["contract_names", "contract_name"];
    private static readonly string?[] Schemes = [null, "Bearer"];

    /// <summary>The spelling of the options.</summary>
    public static HandshakeSpelling Of(ImeClientOptions options, ContractKeyKind kind) => kind == ContractKeyKind.Name
        ? new(kind, options.Connection.NamePath, options.Connection.NameParameter, options.Authentication.AuthorizationScheme)
        : new(kind, options.Connection.IdPath, options.Connection.IdParameter, options.Authentication.AuthorizationScheme);

    /// <summary>The other known spellings; those of the documentation first, as few differences as may be.</summary>
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

    /// <summary>Sets the options to this spelling.</summary>
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

    /// <summary>What the other one has in place of this one, in words.</summary>
    public string Difference(HandshakeSpelling other) => string.Join(" and ", ((string?[])
    [
        other.Path == Path ? null : $"the path {other.Path} instead of {Path}",
        other.Parameter == Parameter ? null : $"the query parameter {other.Parameter} instead of {Parameter}",
        other.Scheme == Scheme ? null : other.Scheme is null ? "the bare token, without a scheme" : $"the word {other.Scheme} before the token",
    ]).OfType<string>());

    /// <summary>The options that make the other one of this one, with their values.</summary>
    public string Remedy(HandshakeSpelling other) => string.Join(" and ", ((string?[])
    [
        other.Path == Path ? null : $"Connection.{Kind}Path to \"{other.Path}\"",
        other.Parameter == Parameter ? null : $"Connection.{Kind}Parameter to \"{other.Parameter}\"",
        other.Scheme == Scheme ? null : $"Authentication.AuthorizationScheme to {(other.Scheme is null ? "null" : $"\"{other.Scheme}\"")}",
    ]).OfType<string>());
}
