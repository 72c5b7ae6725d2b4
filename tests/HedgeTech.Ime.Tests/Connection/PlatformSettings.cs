using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>
/// The platform continues to connect for 5 seconds after a request is cancelled, and then stops. With these settings it never stops,
/// so a connection attempt that a client leaves behind hangs the test and is noticed.
/// </summary>
internal static class PlatformSettings
{
    [ModuleInitializer]
    internal static void ConnectForEver() => AppContext.SetData("System.Net.SocketsHttpHandler.PendingConnectionTimeoutOnRequestCompletion", "-1");
}
