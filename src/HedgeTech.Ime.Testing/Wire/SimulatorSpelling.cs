using System.Net;

namespace HedgeTech.Ime.Testing;

/// <summary>The names on the wire. The revisions of the service's documentation differ. The defaults are those of the current one.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record SimulatorSpelling
{
    /// <summary>All spellings of the other revisions of the documentation: <c>UserName_or_Email</c>, <c>Password</c>, status 201, <c>contract_name</c>, <c>Bearer</c>.</summary>
    public static SimulatorSpelling Drifted { get; } = new()
    {
        UsernameField = "UserName_or_Email",
        PasswordField = "Password",
        LoginStatus = HttpStatusCode.Created,
        NameParameter = "contract_name",
        AuthorizationScheme = "Bearer",
    };

    /// <summary>The path of the login.</summary>
    /// <value>Default: <c>/auth/user/token/issue</c>.</value>
    public string TokenPath { get; init; } = "/auth/user/token/issue";

    /// <summary>The form field of the user name.</summary>
    /// <value>Default: <c>username</c>.</value>
    public string UsernameField { get; init; } = "username";

    /// <summary>The form field of the password.</summary>
    /// <value>Default: <c>password</c>.</value>
    public string PasswordField { get; init; } = "password";

    /// <summary>The status of the answer to a successful login.</summary>
    /// <value>Default: 200.</value>
    public HttpStatusCode LoginStatus { get; init; } = HttpStatusCode.OK;

    /// <summary>The path that streams contracts by name.</summary>
    /// <value>Default: <c>/data-engine/ime/live/data/websocket/contract/name</c>.</value>
    public string NamePath { get; init; } = "/data-engine/ime/live/data/websocket/contract/name";

    /// <summary>The path that streams contracts by id.</summary>
    /// <value>Default: <c>/data-engine/ime/live/data/websocket/contract/id</c>.</value>
    public string IdPath { get; init; } = "/data-engine/ime/live/data/websocket/contract/id";

    /// <summary>The query parameter for a name.</summary>
    /// <value>Default: <c>contract_names</c>.</value>
    public string NameParameter { get; init; } = "contract_names";

    /// <summary>The query parameter for an id.</summary>
    /// <value>Default: <c>contract_id</c>.</value>
    public string IdParameter { get; init; } = "contract_id";

    /// <summary>The required scheme before the token in the header <c>Authorization</c>.</summary>
    /// <value>Default: null, the bare token.</value>
    public string? AuthorizationScheme { get; init; }

    /// <summary>The member of a message for the name.</summary>
    /// <value>Default: <c>contractName</c>.</value>
    public string NameMember { get; init; } = "contractName";

    /// <summary>The member of a message for the id.</summary>
    /// <value>Default: <c>ContractId</c>.</value>
    public string IdMember { get; init; } = "ContractId";

    /// <summary>The kind of JSON of the messages.</summary>
    /// <value>Default: <see cref="JsonDialect.Compact"/>.</value>
    public JsonDialect Dialect { get; init; } = JsonDialect.Compact;
}
