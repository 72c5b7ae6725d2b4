using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Simulate;

/// <summary>Reads a fault of the simulator from an argument: <c>drop@10s</c>, <c>stall@500messages</c>, <c>restart@1m*3</c>.</summary>
internal static partial class FaultText
{
    /// <summary>The words for the kinds of faults in the argument.</summary>
    public static IReadOnlyDictionary<string, SimulatorFaultKind> Kinds { get; } = new Dictionary<string, SimulatorFaultKind>
    {
        ["drop"] = SimulatorFaultKind.Drop,
        ["end"] = SimulatorFaultKind.End,
        ["close"] = SimulatorFaultKind.Close,
        ["stall"] = SimulatorFaultKind.Stall,
        ["freeze"] = SimulatorFaultKind.FreezePongs,
        ["revoke"] = SimulatorFaultKind.RevokeTokens,
        ["restart"] = SimulatorFaultKind.Restart,
    };

    /// <summary>Returns the fault that a text describes; null if it does not describe one.</summary>
    public static SimulatorFault? Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success
            || !Kinds.TryGetValue(match.Groups["kind"].Value, out SimulatorFaultKind kind)
            || !long.TryParse(match.Groups["number"].Value, CultureInfo.InvariantCulture, out long number) || number is < 1 or > int.MaxValue)
        {
            return null;
        }

        int times = 1;
        if (match.Groups["times"] is { Success: true, Value: var count } && (!int.TryParse(count, CultureInfo.InvariantCulture, out times) || times < 1))
        {
            return null;
        }

        return match.Groups["unit"].Value switch
        {
            "ms" => new SimulatorFault(kind) { After = TimeSpan.FromMilliseconds(number), Times = times },
            "s" => new SimulatorFault(kind) { After = TimeSpan.FromSeconds(number), Times = times },
            "m" => new SimulatorFault(kind) { After = TimeSpan.FromMinutes(number), Times = times },
            _ => new SimulatorFault(kind) { AfterMessages = number, Times = times },
        };
    }

    [GeneratedRegex(@"^(?<kind>[a-z]+)@(?<number>\d+)(?<unit>ms|s|m|messages)(\*(?<times>\d+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
