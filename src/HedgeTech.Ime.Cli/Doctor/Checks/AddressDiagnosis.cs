using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether login and handshake used different address families. The service binds a token to the address of its login.</summary>
internal static class AddressDiagnosis
{
    /// <summary>Checks all requests. If a handshake used another address family than its login, adds a fault and returns true.</summary>
    /// <param name="file">Contains the requests.</param>
    /// <param name="outcome">Gets the fault.</param>
    /// <param name="onlyRefused">Whether a handshake counts only if it was refused, because a service that accepts both families does not bind its tokens.</param>
    public static bool Judge(CaseFile file, Outcome outcome, bool onlyRefused)
    {
        Exchange? login = null;
        foreach (Exchange exchange in file.Transport.Exchanges)
        {
            if (exchange.Kind == RequestKind.Login)
            {
                login = exchange;
            }
            else if (exchange.Kind == RequestKind.Handshake && login is { Family: { } from } && exchange.Family is { } by && from != by
                && (!onlyRefused || exchange.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
            {
                outcome.Fault(
                    FaultClass.Address,
                    $"The login used {Words.Family(from)}, the handshake {Words.Family(by)}. The service binds a token to the address of its login, so it refuses the token from another address.",
                    $"Set Connection.AddressFamily to InterNetwork (IPv4 only){(by == AddressFamily.InterNetworkV6 ? ", or fix IPv4 on this machine" : "")}.");
                return true;
            }
        }

        return false;
    }
}
