using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>What is to be examined, and within which bounds.</summary>
internal sealed record DoctorSettings
{
    /// <summary>Adds a client with the options that are in force, credentials included.</summary>
    public required Func<IServiceCollection, IHttpClientBuilder> AddClient { get; init; }

    /// <summary>What to stream; null where no contract was named. Then the examination ends with the handshake.</summary>
    public ContractSet? Contracts { get; init; }

    /// <summary>How long to watch the stream.</summary>
    public TimeSpan StreamFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most that name resolution, TCP, TLS and clock may take, each.</summary>
    public TimeSpan NetworkBound { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most that one login or handshake, and the wait for the first message, may take.</summary>
    public TimeSpan ServiceBound { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How names are resolved.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
