using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Whether login and handshake left by different address families: the service binds a token to the address of its login.</summary>
internal static class AddressDiagnosis
{
    /// <summary>Looks at all that was sent. Where a handshake left by another family than its login, writes down a fault and returns true.</summary>
    /// <param name="file">What was sent.</param>
    /// <param name="outcome">Gets the fault.</param>
    /// <param name="onlyRefused">Whether a handshake counts only if it was refused, for a service that accepts both binds nothing.</param>
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
                    $"The login left by {Words.Family(from)}, the handshake by {Words.Family(by)}. The service binds a token to the address of its login, so it refuses it from the other one.",
                    $"Set Connection.AddressFamily to InterNetwork (IPv4 alone){(by == AddressFamily.InterNetworkV6 ? ", or mend IPv4 on this machine" : "")}.");
                return true;
            }
        }

        return false;
    }
}
