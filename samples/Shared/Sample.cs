using System.Runtime.InteropServices;
using System.Text;
using HedgeTech.Ime;
using Microsoft.Extensions.Options;

namespace Samples;

/// <summary>The code that all samples share.</summary>
internal static class Sample
{
    /// <summary>Runs a sample with the account in the environment or a simulator, until it completes, fails, or is stopped by Ctrl+C or SIGTERM.</summary>
    /// <param name="body">The code of the sample.</param>
    /// <returns>The exit code: 0, or 1 after a one-sentence error message.</returns>
    public static async Task<int> RunAsync(Func<Account, CancellationToken, Task> body)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using Account account = await Account.OpenAsync(stop.Token);
            if (account.IsSimulated)
            {
                Console.WriteLine("IME_USERNAME and IME_PASSWORD are not set, so the market is simulated in this process. Press Ctrl+C to end.");
            }

            await body(account, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception error) when (error is ImeException or ArgumentException or OptionsValidationException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
