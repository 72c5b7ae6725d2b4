using HedgeTech.Ime.Relay.Tests.Running;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Runs the tests, or runs publishers in a process that a test starts.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        NodeProcess.IsAsked ? NodeProcess.RunAsync()
        : args.Any(static argument => argument is "--server" or "--internal-msbuild-node") ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
        : ConsoleRunner.Run(args);
}
