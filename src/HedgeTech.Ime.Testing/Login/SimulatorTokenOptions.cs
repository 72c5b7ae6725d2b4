namespace HedgeTech.Ime.Testing;

/// <summary>What tokens are like, and what invalidates them. The service documents the binding, but neither the lifetime nor the rest: each case can be had here.</summary>
/// <remarks>Copied by <see cref="ImeSimulator.StartAsync"/>; changes after that have no effect. Not thread-safe.</remarks>
public sealed class SimulatorTokenOptions
{
    /// <summary>How long a token is good for, by the simulator's clock, cut to whole seconds from the moment of issue as a JWT's claim is.</summary>
    /// <value>Default: one hour.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether a token is a random text rather than a JWT, so that its expiry cannot be read.</summary>
    /// <value>Default: false, an HS256 JWT with the claim <c>exp</c>.</value>
    public bool Opaque { get; set; }

    /// <summary>Whether a token is good only from the address that logged in.</summary>
    /// <value>Default: true, as documented.</value>
    public bool BindToAddress { get; set; } = true;

    /// <summary>The headers that must be the same in the handshake as they were in the login, absent ones included.</summary>
    /// <value>Default: <c>User-Agent</c> and <c>Accept-Language</c>. The service says "browser fingerprint" and does not list them.</value>
    public IList<string> BindToHeaders { get; } = ["User-Agent", "Accept-Language"];

    /// <summary>Whether a login invalidates the tokens issued before it.</summary>
    /// <value>Default: false.</value>
    public bool OnlyTheNewest { get; set; }

    /// <summary>Whether a connection is closed by code 1008 when the token it was opened with expires.</summary>
    /// <value>Default: false.</value>
    public bool CloseOnExpiry { get; set; }

    /// <summary>Whether a login closes, by code 1008, the connections that earlier tokens have opened.</summary>
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
