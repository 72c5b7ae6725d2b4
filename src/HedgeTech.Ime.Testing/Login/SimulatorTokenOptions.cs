namespace HedgeTech.Ime.Testing;

/// <summary>The form of the tokens, and what invalidates them. The service documents the binding, but not the lifetime or the rest, so you can choose each case here.</summary>
/// <remarks><see cref="ImeSimulator.StartAsync"/> copies the options; later changes have no effect. Not thread-safe.</remarks>
public sealed class SimulatorTokenOptions
{
    /// <summary>How long a token is valid, by the simulator's clock. The expiry is truncated to whole seconds, like the claim of a JWT.</summary>
    /// <value>Default: one hour.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether a token is random text instead of a JWT, so that its expiry cannot be read.</summary>
    /// <value>Default: false, an HS256 JWT with the claim <c>exp</c>.</value>
    public bool Opaque { get; set; }

    /// <summary>Whether a token is only valid from the address that logged in.</summary>
    /// <value>Default: true, as documented.</value>
    public bool BindToAddress { get; set; } = true;

    /// <summary>The headers that must be the same in the handshake as in the login. A header that is missing in one must be missing in the other.</summary>
    /// <value>Default: <c>User-Agent</c> and <c>Accept-Language</c>. The service says "browser fingerprint" and does not list them.</value>
    public IList<string> BindToHeaders { get; } = ["User-Agent", "Accept-Language"];

    /// <summary>Whether a login invalidates the tokens issued before it.</summary>
    /// <value>Default: false.</value>
    public bool OnlyTheNewest { get; set; }

    /// <summary>Whether a connection is closed with code 1008 when the token it was opened with expires.</summary>
    /// <value>Default: false.</value>
    public bool CloseOnExpiry { get; set; }

    /// <summary>Whether a login closes, with code 1008, the connections that were opened with earlier tokens.</summary>
    /// <value>Default: false.</value>
    public bool CloseOnLogin { get; set; }

    internal void CopyTo(SimulatorTokenOptions copy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Lifetime, TimeSpan.Zero);
        copy.Lifetime = Lifetime;
        copy.Opaque = Opaque;
        copy.BindToAddress = BindToAddress;
        copy.OnlyTheNewest = OnlyTheNewest;
        copy.CloseOnExpiry = CloseOnExpiry;
        copy.CloseOnLogin = CloseOnLogin;
        copy.BindToHeaders.Clear();
        foreach (string header in BindToHeaders)
        {
            copy.BindToHeaders.Add(header);
        }
    }
}
