using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Cli.Tests.Relay;

/// <summary>A redis-server for one test, with a password.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    public const string Password = "redis-s3cret";

    private readonly Process _process;

    private OwnRedis(Process process, int port) => (_process, Address) = (process, $"127.0.0.1:{port}");

    public string Address { get; }

    /// <summary>Starts a server. Skips the test if redis-server is not installed.</summary>
    public static async Task<OwnRedis> StartAsync()
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "redis-server is not installed");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        ProcessStartInfo start = new(program!, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", Password]) { RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return new OwnRedis(process, port);
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
