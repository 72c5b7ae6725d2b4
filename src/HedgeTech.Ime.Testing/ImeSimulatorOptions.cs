using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Testing;

/// <summary>The options of a simulator. With the defaults, it behaves as the documentation of the service says.</summary>
/// <remarks><see cref="ImeSimulator.StartAsync"/> copies the options; later changes have no effect. Not thread-safe.</remarks>
public sealed class ImeSimulatorOptions
{
    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>Default: 0, any free port, which stays the same across restarts.</value>
    public int Port { get; set; }

    /// <summary>The certificate for https and wss, with its private key. <see cref="SimulatorCertificate.Create"/> creates one.</summary>
    /// <value>Default: null, plain http and ws.</value>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The seed of the market: the same seed and the same steps of the clock give the same bytes.</summary>
    /// <value>Default: 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Messages per second for each contract. With 0, only those that you publish. With <see cref="double.PositiveInfinity"/>, as many as the machine and the slowest client of the contract can handle.</summary>
    /// <value>Default: 10.</value>
    public double Rate { get; set; } = 10;

    /// <summary>The user name that can log in.</summary>
    /// <value>Default: <c>demo</c>.</value>
    public string Username { get; set; } = "demo";

    /// <summary>The password of the user.</summary>
    /// <value>Default: <c>demo-password</c>.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Password { get; set; } = "demo-password";

    /// <summary>The contracts of the market. You can clear the list and add your own.</summary>
    /// <value>Default: <see cref="SimulatorContract.BuiltIn"/>.</value>
    public IList<SimulatorContract> Contracts { get; } = [.. SimulatorContract.BuiltIn];

    /// <summary>Whether a requested contract that is not in <see cref="Contracts"/> is invented instead of refused.</summary>
    /// <value>Default: false.</value>
    public bool AcceptAnyContract { get; set; }

    /// <summary>The names on the wire, and the kind of JSON.</summary>
    /// <value>Default: as documented.</value>
    public SimulatorSpelling Spelling { get; set; } = new();

    /// <summary>The form of the tokens, and what invalidates them.</summary>
    /// <value>Default: a JWT of an hour, bound to the client's address, <c>User-Agent</c> and <c>Accept-Language</c>.</value>
    public SimulatorTokenOptions Tokens { get; } = new();

    /// <summary>Whether an invalid token or contract is refused after the handshake, with close code 1008 and a reason, instead of an empty HTTP 403.</summary>
    /// <value>Default: false.</value>
    public bool RefuseAfterAccept { get; set; }

    /// <summary>How many connections may be open at the same time. Further ones are refused.</summary>
    /// <value>Default: null, any number.</value>
    public int? MaxConnections { get; set; }

    /// <summary>The longest accepted request line, in bytes without the line end. A longer one is answered with 400 and a text that is not JSON.</summary>
    /// <value>Default: null, about 4 MB.</value>
    public int? MaxRequestLineBytes { get; set; }

    /// <summary>How long after accepting a connection the simulator subscribes it. What the market does in between never reaches the client.</summary>
    /// <value>Default: zero, as soon as the handshake is answered.</value>
    public TimeSpan SubscribeDelay { get; set; }

    /// <summary>Whether a connection first gets the current state of each of its contracts, which the service does not send.</summary>
    /// <value>Default: false.</value>
    public bool SnapshotOnConnect { get; set; }

    /// <summary>How many messages of each contract precede its first trade, with empty books, zero prices, and <c>""</c> for date and time.</summary>
    /// <value>Default: 0.</value>
    public int MessagesBeforeFirstTrade { get; set; }

    /// <summary>Whether each connection keeps a copy of every message it sent, in <see cref="SimulatorConnection.Messages"/>. Memory then grows with the market.</summary>
    /// <value>Default: false.</value>
    public bool KeepMessages { get; set; }

    /// <summary>How many of the newest logins and handshakes <see cref="ImeSimulator.Logins"/> and <see cref="ImeSimulator.Handshakes"/> keep. Set it for a simulator that runs for days.</summary>
    /// <value>At least 1. Default: null, all.</value>
    public int? MaxRecords { get; set; }

    /// <summary>The scheduled faults, by time or by number of messages.</summary>
    /// <value>Default: empty.</value>
    public IList<SimulatorFault> Faults { get; } = [];

    internal ImeSimulatorOptions CopyAndValidate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65535);
        ArgumentOutOfRangeException.ThrowIfNegative(Rate);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(Rate), true, nameof(Rate));
        ArgumentException.ThrowIfNullOrEmpty(Username);
        ArgumentException.ThrowIfNullOrEmpty(Password);
        ArgumentNullException.ThrowIfNull(Spelling);
        ArgumentOutOfRangeException.ThrowIfLessThan(SubscribeDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MessagesBeforeFirstTrade);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecords ?? 1, 1, nameof(MaxRecords));
        if (Rate is > 0 and < 0.001 || (Rate > 1_000_000 && !double.IsPositiveInfinity(Rate)))
        {
            throw new ArgumentException($"The rate is {Rate}, but must be 0, from 0.001 to 1,000,000, or double.PositiveInfinity.", nameof(Rate));
        }

        ImeSimulatorOptions copy = new()
        {
            Port = Port,
            Certificate = Certificate,
            Seed = Seed,
            Rate = Rate,
            Username = Username,
            Password = Password,
            AcceptAnyContract = AcceptAnyContract,
            Spelling = Spelling with { },
            RefuseAfterAccept = RefuseAfterAccept,
            MaxConnections = MaxConnections,
            MaxRequestLineBytes = MaxRequestLineBytes,
            SubscribeDelay = SubscribeDelay,
            SnapshotOnConnect = SnapshotOnConnect,
            MessagesBeforeFirstTrade = MessagesBeforeFirstTrade,
            KeepMessages = KeepMessages,
            MaxRecords = MaxRecords,
        };
        copy.Contracts.Clear();
        foreach (SimulatorContract contract in Contracts)
        {
            contract.Validate();
            copy.Contracts.Add(contract);
        }

        foreach (SimulatorFault fault in Faults)
        {
            fault.Validate();
            copy.Faults.Add(fault);
        }

        Tokens.CopyTo(copy.Tokens);
        return copy;
    }
}
