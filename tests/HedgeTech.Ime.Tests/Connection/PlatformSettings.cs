using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>
/// The platform keeps connecting for 5 seconds after a request was cancelled, and then stops. With these settings it would never stop,
/// so that what a client leaves behind hangs a test instead of hiding from it.
/// </summary>
internal static class PlatformSettings
{
    [ModuleInitializer]
    internal static void ConnectForEver() => AppContext.SetData("System.Net.SocketsHttpHandler.PendingConnectionTimeoutOnRequestCompletion", "-1");
}
