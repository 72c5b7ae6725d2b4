using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>No code of the user runs under a lock of this library, nor does code of the platform that calls back, logs, waits or takes a lock. Such a call could cause a deadlock.</summary>
public sealed class UnderLockTests
{
    /// <summary>The calls that are tolerated, and why.</summary>
    private static readonly Dictionary<string, string> Tolerated = new()
    {
        ["ConnectionSession.Abort calls delegate _abort"] = "This is HttpContext.Abort of Kestrel, which ends the connection on the thread pool. After the lock, the context may belong to another request.",
        ["SimulatorConnection.OnMessageAdded calls delegate _settings.RevokeTokens"] = "This is ImeSimulator.RevokeTokens, which only takes the innermost lock, the lock of the tokens.",
        ["SimulatorConnection.OnMessageAdded calls delegate _settings.Restart"] = "This is FaultSchedule.BeginRestart, which restarts on the thread pool.",
    };

    private static readonly Lazy<Compilation> Core = new(static () => SourceCompilation.Create("HedgeTech.Ime", Repository.CSharpFiles("src/HedgeTech.Ime")));

    [Theory]
    [InlineData("HedgeTech.Ime")]
    [InlineData("HedgeTech.Ime.Hosting")]
    [InlineData("HedgeTech.Ime.Recording")]
    [InlineData("HedgeTech.Ime.Relay")]
    [InlineData("HedgeTech.Ime.Testing")]
    [InlineData("HedgeTech.Ime.Cli")]
    public void Nothing_that_calls_back_or_waits_is_called_under_a_lock(string project)
    {
        Compilation sources = project == "HedgeTech.Ime" ? Core.Value : SourceCompilation.CreatePartly(project, Repository.CSharpFiles($"src/{project}"), Core.Value);

        UnderLock.Find(sources).Where(static breach => !Tolerated.ContainsKey(breach.Step)).Should().BeEmpty();
    }

    [Fact]
    public void Every_tolerated_call_is_still_made()
    {
        Compilation simulator = SourceCompilation.Create("HedgeTech.Ime.Testing", Repository.CSharpFiles("src/HedgeTech.Ime.Testing"), Core.Value);

        UnderLock.Find(simulator).Select(static breach => breach.Step).Should().Contain(Tolerated.Keys);
    }

    [Theory]
    [InlineData("lock (_gate) { _logger.LogInformation(\"x\"); }", "LoggerExtensions.LogInformation")]
    [InlineData("lock (_gate) { LogIt(_logger); }", "A.LogIt")]
    [InlineData("lock (_gate) { B(); } } void B() { C(); } void C() { LogIt(_logger);", "A.LogIt")]
    [InlineData("lock (_gate) { System.Net.NetworkInformation.NetworkChange.NetworkAddressChanged += (_, _) => { }; }", "NetworkChange.add_NetworkAddressChanged")]
    [InlineData("lock (_gate) { _source.Cancel(); }", "CancellationTokenSource.Cancel")]
    [InlineData("lock (_gate) { using (_source) { } }", "CancellationTokenSource.Dispose")]
    [InlineData("lock (_gate) { using CancellationTokenRegistration one = default; }", "CancellationTokenRegistration.Dispose")]
    [InlineData("lock (_gate) { _source.Token.Register(() => { }); }", "CancellationToken.Register")]
    [InlineData("lock (_gate) { _counter.Add(1); }", "Counter.Add")]
    [InlineData("lock (_gate) { _users(); }", "delegate _users")]
    [InlineData("lock (_gate) { _users?.Invoke(); }", "delegate _users")]
    [InlineData("lock (_gate) { Changed?.Invoke(); }", "delegate Changed")]
    [InlineData("lock (_gate) { Run(() => LogIt(_logger)); } } static void Run(Action run) { run();", "A.LogIt")]
    [InlineData("lock (_gate) { new[] { 1 }.Any(_ => { LogIt(_logger); return true; }); }", "A.LogIt")]
    [InlineData("lock (_gate) { int one = Logged; } } int Logged { get { LogIt(_logger); return 1; }", "A.LogIt")]
    [InlineData("lock (_gate) { _inner.Do(); }", "A.LogIt")]
    [InlineData("lock (_gate) { Task.CompletedTask.Wait(); }", "Task.Wait")]
    public void A_forbidden_call_under_a_lock_is_found_in_every_syntax(string body, string call)
    {
        UnderLock.Find(Sample(body)).Select(static breach => breach.Call).Should().Contain(call);
    }

    [Theory]
    [InlineData("lock (_gate) { } LogIt(_logger); _users(); _source.Cancel();")]
    [InlineData("lock (_gate) { Task.Run(() => LogIt(_logger)); }")]
    [InlineData("lock (_gate) { Action later = () => LogIt(_logger); }")]
    [InlineData("lock (_gate) { Run(() => { }); } } static void Run(Action run) { run();")]
    public void A_call_outside_the_lock_is_not_reported(string body)
    {
        UnderLock.Find(Sample(body)).Should().BeEmpty();
    }

    [Fact]
    public void A_waiter_never_continues_inside_the_call_that_completes_its_wait()
    {
        IEnumerable<string> synchronous = Repository.CSharpFiles("src")
            .SelectMany(static file => file.Value.Split('\n').Select((line, index) => $"{file.Key}:{index + 1}: {line.Trim()}"))
            .Where(static line => (line.Contains("new TaskCompletionSource", StringComparison.Ordinal) || line.Contains("TaskCompletionSource", StringComparison.Ordinal) && line.Contains("= new(", StringComparison.Ordinal))
                && !line.Contains("RunContinuationsAsynchronously", StringComparison.Ordinal));

        synchronous.Should().BeEmpty();
    }

    private static CSharpCompilation Sample(string body) => SourceCompilation.Create("Sample", new Dictionary<string, string>
    {
        ["A.cs"] = $$"""
            using Microsoft.Extensions.Logging;
            using System.Diagnostics.Metrics;
            internal interface IInner { void Do(); }
            internal sealed partial class A : IInner
            {
                private readonly Lock _gate = new();
                private readonly CancellationTokenSource _source = new();
                private readonly ILogger _logger = null!;
                private readonly Counter<int> _counter = null!;
                private readonly Action _users = null!;
                private readonly IInner _inner = null!;
                public event Action? Changed;
                public void Do() => LogIt(_logger);
                public void Main() { {{body}} }
                [LoggerMessage(1, LogLevel.Debug, "x")]
                private static partial void LogIt(ILogger logger);
            }
            """,
    });
}
