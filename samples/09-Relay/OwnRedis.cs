using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Relay;

/// <summary>A redis-server that the sample starts and stops. It listens on a free port of this machine only, and writes nothing to the disk.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private readonly Process _process;

    private OwnRedis(Process process, int port)
    {
        _process = process;
        Address = $"127.0.0.1:{port}";
    }

    public string Address { get; }

    public static async Task<OwnRedis> StartAsync(CancellationToken cancellationToken)
    {
        string program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
            ?? throw new IOException("redis-server is not installed. On Debian or Ubuntu: apt install redis-server. On macOS: brew install redis. With Docker: docker run -p 6379:6379 redis, and --redis localhost:6379.");
        int port = FreePort();
        ProcessStartInfo start = new(program, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()]) { RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        OwnRedis redis = new(process, port);
        try
        {
            await redis.WaitAsync(port, cancellationToken);
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitAsync(int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_process.HasExited)
            {
                throw new IOException($"redis-server has ended with exit code {_process.ExitCode}.");
            }

            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancellationToken); // the server does not listen yet
            }
        }
    }
}
