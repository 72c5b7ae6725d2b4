using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether each address accepts a TCP connection, all at the same time.</summary>
internal sealed class TcpCheck : ICheck
{
    public DoctorStep Step => DoctorStep.Tcp;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        int port = file.FirstHop.Port;
        Attempt[] attempts = await Task.WhenAll(file.Addresses.Select(address => ConnectAsync(file, new IPEndPoint(address, port), cancellationToken)));
        foreach (Attempt attempt in attempts)
        {
            outcome.Detail($"{Words.Family(attempt.EndPoint.AddressFamily)} {attempt.EndPoint}: {(attempt.Error is { } error ? Describe(error) : $"connected in {Words.Seconds(attempt.Elapsed)}")}");
        }

        Attempt[] failed = [.. attempts.Where(static attempt => attempt.Error is not null)];
        outcome.Summary = $"{attempts.Length - failed.Length} of {Words.Count(attempts.Length, "address", "addresses")} connected on port {port}";
        if (failed.Length == attempts.Length)
        {
            ExplainAll(outcome, file, failed);
        }
        else if (failed.Length > 0)
        {
            ExplainSome(outcome, attempts, failed);
        }
    }

    private static async Task<Attempt> ConnectAsync(CaseFile file, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        TimeProvider time = file.Settings.Time;
        using CancellationTokenSource bound = new(file.Settings.NetworkBound, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        long start = time.GetTimestamp();
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            return new Attempt(endPoint, null, time.GetElapsedTime(start));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Attempt(endPoint, (failure as SocketException)?.SocketErrorCode ?? SocketError.TimedOut, time.GetElapsedTime(start));
        }
    }

    private static void ExplainAll(Outcome outcome, CaseFile file, Attempt[] failed)
    {
        string whom = file.Proxy is null ? file.Options.BaseAddress.Host : $"the proxy {file.Proxy.Host}";
        (string what, string remedy) = failed.Select(static attempt => attempt.Error).Distinct().ToArray() switch
        {
            [SocketError.ConnectionRefused] when Words.IsThisMachine(file.FirstHop.Host) => (
                $"Nothing listens on port {file.FirstHop.Port} of this machine.",
                "Start the simulator (ime simulate), and use the address that it prints."),
            [SocketError.ConnectionRefused] => (
                $"{whom} refuses connections on port {file.FirstHop.Port}: nothing listens there, or a firewall blocks it.",
                $"Check the port in {(file.Proxy is null ? "the address" : "HTTPS_PROXY")}. If it is right, ask the administrator of the firewall to allow it."),
            [SocketError.TimedOut] => (
                $"{whom} does not answer on port {file.FirstHop.Port} within {Words.Seconds(file.Settings.NetworkBound)}: a firewall drops the packets, or the network is interrupted.",
                "Try from another network, such as a phone's. If it works there, ask the administrator of the firewall to allow it. If not, the service or the network to it is down, so try later."),
            [SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown] => (
                $"This machine has no route to {whom}.",
                "Check that it is online, and check its VPN."),
            _ => (
                $"No address of {whom} accepts a connection on port {file.FirstHop.Port}.",
                "Check that this machine is online, then check its firewall. The lines above show the result for each address."),
        };
        outcome.Fault(FaultClass.Network, what, remedy);
        outcome.Block("no TCP connection could be opened");
    }

    private static void ExplainSome(Outcome outcome, Attempt[] attempts, Attempt[] failed)
    {
        AddressFamily[] dead = [.. failed.Select(static attempt => attempt.EndPoint.AddressFamily).Distinct()];
        if (dead is [var family] && attempts.Where(attempt => attempt.EndPoint.AddressFamily == family).All(static attempt => attempt.Error is not null))
        {
            AddressFamily good = family == AddressFamily.InterNetwork ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            outcome.Warn(
                FaultClass.Network,
                $"{Words.Family(family)} does not work from here, but {Words.Family(good)} does. Each connection may waste time on the former, and a token issued through one is not valid for the other.",
                $"Set Connection.AddressFamily to {good} ({Words.Family(good)} only).");
        }
        else
        {
            outcome.Warn(
                FaultClass.Network,
                $"{failed.Length} of {attempts.Length} addresses do not answer: {string.Join(", ", failed.Select(static attempt => attempt.EndPoint.Address))}.",
                "The others work. Tell the service's operator, because this costs every client time.");
        }
    }

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused",
        SocketError.TimedOut => "no answer",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route",
        _ => error.ToString(),
    };

    private sealed record Attempt(IPEndPoint EndPoint, SocketError? Error, TimeSpan Elapsed);
}
