using System.Net;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Simulate;

/// <summary>The keys that disturb the simulator.</summary>
internal static class FaultKeys
{
    /// <summary>The keys, with the text and the action of each.</summary>
    public static IReadOnlyDictionary<char, (string Meaning, Func<ImeSimulator, Task> Act)> All { get; } = new Dictionary<char, (string, Func<ImeSimulator, Task>)>
    {
        ['d'] = ("drop: every connection is reset", static simulator => Do(simulator.Drop)),
        ['e'] = ("end: every connection ends without a close frame", static simulator => simulator.EndAsync()),
        ['c'] = ("close: every connection is closed with 1011", static simulator => simulator.CloseAsync(1011, "keepalive ping timeout")),
        ['s'] = ("stall: every connection stays open and silent", static simulator => Do(simulator.Stall)),
        ['u'] = ("unstall: silent connections send again", static simulator => Do(simulator.Unstall)),
        ['f'] = ("freeze: pings are not answered", static simulator => Do(simulator.FreezePongs)),
        ['g'] = ("go on: pings are answered again", static simulator => Do(simulator.UnfreezePongs)),
        ['b'] = ("bad message: every connection gets a message that is not a snapshot", static simulator => simulator.SendTextAsync("no snapshot")),
        ['t'] = ("tokens: all tokens issued so far become invalid", static simulator => Do(simulator.RevokeTokens)),
        ['x'] = ("refuse: handshakes are answered with 403 until you press a", static simulator => Do(() => simulator.RefuseHandshakes(HttpStatusCode.Forbidden))),
        ['a'] = ("accept: handshakes are accepted again", static simulator => Do(simulator.ClearRefusals)),
        ['r'] = ("restart: the server stops and starts again", static simulator => simulator.RestartAsync()),
    };

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
