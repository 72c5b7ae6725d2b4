using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HedgeTech.Ime.Relay.Tests.Protocol;

/// <summary>A redis-server for one test. It listens on a free port and writes nothing to the disk.</summary>
internal sealed class LocalRedis : IAsyncDisposable
{
    private readonly string? _password;
    private readonly string[] _more;
    private Process _process;

    private LocalRedis(int port, string? password, string[] more)
    {
        (Port, _password, _more) = (port, password, more);
        _process = Launch();
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    public string Configuration => $"127.0.0.1:{Port}{(_password is null ? "" : $",password={_password}")}";

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    /// <summary>Starts a server. Skips the test if redis-server is not installed.</summary>
    /// <param name="password">The password, or null for none.</param>
    /// <param name="more">More arguments of redis-server.</param>
    public static async Task<LocalRedis> StartAsync(string? password = null, params string[] more)
    {
        Assert.SkipWhen(Program is null, "redis-server is not installed");
        LocalRedis redis = new(FreePort(), password, more);
        await redis.WaitAsync();
        return redis;
    }

    /// <summary>Runs a command, and returns the answer as the protocol writes it.</summary>
    public async Task<string> RunAsync(string command)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\nPING\r\n"));
        using StreamReader reader = new(stream, Encoding.ASCII);
        StringBuilder answer = new();
        while (await reader.ReadLineAsync() is { } line && line != "+PONG")
        {
            answer.AppendLine(line);
        }

        return answer.ToString();
    }

    /// <summary>Sends a signal to the process: KILL, STOP or CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        if (signal == "KILL")
        {
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Starts the server again on the same port, without data.</summary>
    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = Launch();
        await WaitAsync();
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

    /// <summary>Returns a port that is free now.</summary>
    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Launch()
    {
        ProcessStartInfo start = new(Program!, [.. _more, "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", Path.GetTempPath()]) { RedirectStandardOutput = true };
        if (_password is not null)
        {
            start.ArgumentList.Add("--requirepass");
            start.ArgumentList.Add(_password);
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task WaitAsync()
    {
        byte[] answer = new byte[1];
        for (int i = 0; ; i++)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes("PING\r\n"));
                await stream.ReadExactlyAsync(answer);
                return;
            }
            catch (SocketException) when (i < 500 && !_process.HasExited)
            {
                await Task.Delay(10);
            }
        }
    }
}
