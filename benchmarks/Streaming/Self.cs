using System.Diagnostics;
using System.Globalization;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>This program, in another process.</summary>
internal static class Self
{
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Self).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;
}

/// <summary>A server that sends, in its own process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string port)
    {
        _process = process;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    public static async Task<ServerProcess> StartAsync(int rate, int burst, string dialect)
    {
        Process process = Self.Start(
            "serve", "--rate", rate.ToString(CultureInfo.InvariantCulture), "--burst", burst.ToString(CultureInfo.InvariantCulture), "--dialect", dialect);
        string port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new ServerProcess(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
