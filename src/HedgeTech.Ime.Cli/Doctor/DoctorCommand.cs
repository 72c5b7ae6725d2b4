using System.CommandLine;
using HedgeTech.Ime.Cli.Settings;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary><c>ime doctor</c>: finds out, step by step, why a connection fails, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Argument<string[]> contracts = new("contract") { Description = "Contracts to subscribe to, by name.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("doctor", "Find out why a connection fails, step by step, and what to do.") { contracts };
        service.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            await using ImeClient client = new(options);
            await client.GetAccessTokenAsync(cancellationToken);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
