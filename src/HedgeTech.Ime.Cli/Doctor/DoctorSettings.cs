using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>What to examine, and within which limits.</summary>
internal sealed record DoctorSettings
{
    /// <summary>Adds a client with the configured options, including the credentials.</summary>
    public required Func<IServiceCollection, IHttpClientBuilder> AddClient { get; init; }

    /// <summary>The contracts to stream; null if none was named. The examination then ends with the handshake.</summary>
    public ContractSet? Contracts { get; init; }

    /// <summary>How long to watch the stream.</summary>
    public TimeSpan StreamFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long each of name resolution, TCP, TLS and clock may take.</summary>
    public TimeSpan NetworkBound { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a login, a handshake, and the wait for the first message may each take.</summary>
    public TimeSpan ServiceBound { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Resolves names.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
