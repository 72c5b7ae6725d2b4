using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks which addresses the name has, and whether they can belong to a public service.</summary>
internal sealed class NameCheck : ICheck
{
    public DoctorStep Step => DoctorStep.Name;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        string host = file.FirstHop.IdnHost;
        if (file.Proxy is not null)
        {
            outcome.Detail($"a proxy is in use, {host}:{file.Proxy.Port}; it resolves {file.Options.BaseAddress.Host} itself, so the following steps use the proxy's address");
        }

        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            file.Addresses = [literal];
            outcome.Summary = $"{literal} is already an address";
            return;
        }

        using CancellationTokenSource bound = new(file.Settings.NetworkBound, file.Settings.Time);
        IPAddress[] addresses;
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
            addresses = await file.Settings.Resolve(host, either.Token).WaitAsync(either.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Explain(outcome, file, host, (failure as SocketException)?.SocketErrorCode ?? SocketError.TimedOut);
            return;
        }

        file.Addresses = [.. addresses.Where(file.Connecting.IsWanted)];
        if (file.Addresses.Count == 0)
        {
            string family = Words.Family(file.Options.Connection.AddressFamily);
            outcome.Summary = $"{host} has no {family} address";
            outcome.Fault(
                FaultClass.Name,
                $"{host} has {addresses.Length} addresses, but none for {family}, which the option Connection.AddressFamily requires.",
                "Remove Connection.AddressFamily from the configuration, or set it to the other family.");
            outcome.Block($"{host} has no address to connect to");
            return;
        }

        outcome.Summary = $"{host} is {string.Join(", ", file.Addresses)}";
        if (!Words.IsThisMachine(host) && file.Proxy is null && file.Addresses.All(IsPrivate))
        {
            outcome.Warn(
                FaultClass.Name,
                $"{host} resolves to an address of a local network ({file.Addresses[0]}): the name server filters the name, or the hosts file of this machine overrides it.",
                $"Ask another name server: nslookup {host} 1.1.1.1. If the answer differs, use that one, or remove the entry from the hosts file.");
        }
    }

    private static void Explain(Outcome outcome, CaseFile file, string host, SocketError error)
    {
        bool isUnknown = error is SocketError.HostNotFound or SocketError.NoData;
        outcome.Summary = isUnknown ? $"{host} does not exist" : $"no name server answered for {host}";
        outcome.Fault(
            FaultClass.Name,
            isUnknown
                ? $"The name server has no address for {host}."
                : $"No name server answered for {host} ({(error == SocketError.TimedOut ? $"not within {Words.Seconds(file.Settings.NetworkBound)}" : error.ToString())}).",
            isUnknown
                ? $"Check the spelling of {(file.Proxy is null ? "the address (--base-address)" : "the proxy's address (HTTPS_PROXY)")}. If it is right, ask another name server: nslookup {host} 1.1.1.1."
                : $"Check that this machine is online, and check its name servers. Try another one: nslookup {host} 1.1.1.1.");
        outcome.Block($"the address of {host} is unknown");
    }

    private static bool IsPrivate(IPAddress address)
    {
        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
            || (address.AddressFamily == AddressFamily.InterNetwork
                && address.GetAddressBytes() is [0 or 10, ..] or [192, 168, ..] or [172, >= 16 and < 32, ..] or [169, 254, ..] or [100, >= 64 and < 128, ..]);
    }
}
