using System.Diagnostics;
using System.Globalization;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>Starts this program in another process.</summary>
internal static class Self
{
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Self).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;
}

/// <summary>A server in its own process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    public string Address { get; }

    public static async Task<ServerProcess> StartAsync(int rate, int burst, string dialect, Transport transport = Transport.Plain)
    {
        Process process = Self.Start(
            "serve", "--rate", rate.ToString(CultureInfo.InvariantCulture), "--burst", burst.ToString(CultureInfo.InvariantCulture), "--dialect", dialect, "--transport", transport.ToString());
        string port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new ServerProcess(process, $"{(transport == Transport.Tls ? "https" : "http")}://127.0.0.1:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
