using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Tests the sample that shares an account.</summary>
public sealed class RelayTests
{
    [Fact(Timeout = 120_000)]
    public async Task Two_readers_and_a_program_in_Python_get_the_same_messages()
    {
        Assert.SkipWhen(Find("redis-server") is null, "redis-server is not installed");
        await using SampleProgram program = SampleProgram.Start("09-Relay", [], "SAFAB03");
        string told = await program.LineWithAsync("Read it in Python too", TestContext.Current.CancellationToken);
        string[] seen = [await program.LineWithAsync("reader 1: SAFAB03", TestContext.Current.CancellationToken), await program.LineWithAsync("reader 2: SAFAB03", TestContext.Current.CancellationToken)];

        seen.Should().AllSatisfy(static line => line.Should().Contain("last price"));
        if (Find("python3") is { } python)
        {
            string script = Path.Combine(FolderOf(), "reader.py");
            ProcessStartInfo start = new(python, [script, told.Split(' ')[^2], "sample"]) { RedirectStandardOutput = true };
            using Process reader = Process.Start(start)!;
            (await reader.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).Should().MatchRegex("^python: SAFAB03 [0-9]+");
            reader.Kill();
            await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await program.InterruptAsync(TestContext.Current.CancellationToken);
        (int exitCode, _, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);
        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("127.0.0.1:1,password=geheim")]
    [InlineData("127.0.0.1:1, Password=geheim,ssl=true")]
    public async Task A_password_in_the_arguments_is_refused_and_never_shown(string redis)
    {
        await using SampleProgram program = SampleProgram.Start("09-Relay", [], "--redis", redis, "SAFAB03");

        (int exitCode, IReadOnlyList<string> lines, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.Should().Contain("must not contain a password");
        string.Concat(lines.Append(errors)).Should().NotContain("geheim");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_reader_in_Python_logs_in_to_Redis_and_says_in_one_sentence_what_Redis_refuses()
    {
        Assert.SkipWhen(Find("python3") is null, "python3 is not installed");
        using TcpListener redis = new(IPAddress.Loopback, 0);
        redis.Start();
        ProcessStartInfo start = new(Find("python3")!, [Path.Combine(FolderOf(), "reader.py"), redis.LocalEndpoint.ToString()!, "sample"]) { RedirectStandardError = true };
        (start.Environment["IME_REDIS_USERNAME"], start.Environment["IME_REDIS_PASSWORD"]) = ("ime-reader", "geheim");
        using Process reader = Process.Start(start)!;

        using TcpClient client = await redis.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        byte[] asked = new byte[14];
        await client.GetStream().ReadExactlyAsync(asked, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("-WRONGPASS invalid password\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        string errors = await reader.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);

        Encoding.ASCII.GetString(asked).Should().Be("*3\r\n$4\r\nAUTH\r\n");
        errors.ReplaceLineEndings("\n").Should().Be("Redis: WRONGPASS invalid password\n");
        reader.ExitCode.Should().Be(1);
    }

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string FolderOf()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HedgeTech.Ime.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "samples", "09-Relay");
    }
}
