using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Testing;

/// <summary>What the simulator is to be like. Everything has a default: <c>new ImeSimulatorOptions()</c> is a server as the documentation describes it.</summary>
/// <remarks>Copied by <see cref="ImeSimulator.StartAsync"/>; changes after that have no effect. Not thread-safe.</remarks>
public sealed class ImeSimulatorOptions
{
    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>Default: 0, any free one; a restart keeps it.</value>
    public int Port { get; set; }

    /// <summary>The certificate for https and wss, with its private key; <see cref="SimulatorCertificate.Create"/> makes one.</summary>
    /// <value>Default: null, plain http and ws.</value>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Decides the whole market: the same seed and the same steps of the clock give the same bytes.</summary>
    /// <value>Default: 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Messages a second for each contract. 0: none but those you publish. <see cref="double.PositiveInfinity"/>: as fast as the machine and the slowest client of the contract go.</summary>
    /// <value>Default: 10.</value>
    public double Rate { get; set; } = 10;

    /// <summary>The user name that may log in.</summary>
    /// <value>Default: <c>demo</c>.</value>
    public string Username { get; set; } = "demo";

    /// <summary>The password that belongs to it.</summary>
    /// <value>Default: <c>demo-password</c>.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Password { get; set; } = "demo-password";

    /// <summary>The contracts of the market. Clear it, or add your own.</summary>
    /// <value>Default: <see cref="SimulatorContract.BuiltIn"/>.</value>
    public IList<SimulatorContract> Contracts { get; } = [.. SimulatorContract.BuiltIn];

    /// <summary>Whether a contract that is not in <see cref="Contracts"/> is invented when it is asked for, rather than refused.</summary>
    /// <value>Default: false.</value>
    public bool AcceptAnyContract { get; set; }

    /// <summary>How things are spelled on the wire, and in which JSON.</summary>
    /// <value>Default: as documented.</value>
    public SimulatorSpelling Spelling { get; set; } = new();

    /// <summary>What tokens are like, and what invalidates them.</summary>
    /// <value>Default: a JWT of an hour, bound to the client's address, <c>User-Agent</c> and <c>Accept-Language</c>.</value>
    public SimulatorTokenOptions Tokens { get; } = new();

    /// <summary>Whether a bad token or contract is refused after the handshake, by close code 1008 with a reason, rather than by an empty HTTP 403.</summary>
    /// <value>Default: false.</value>
    public bool RefuseAfterAccept { get; set; }

    /// <summary>How many connections may be open at once; one more is refused.</summary>
    /// <value>Default: null, any number.</value>
    public int? MaxConnections { get; set; }

    /// <summary>The longest request line that is taken, in bytes, the line end aside; a longer one is answered 400 with a text that no JSON parser reads.</summary>
    /// <value>Default: null, about 4 MB.</value>
    public int? MaxRequestLineBytes { get; set; }

    /// <summary>How long after accepting a connection it is subscribed: what the market does in between never reaches it.</summary>
    /// <value>Default: zero, as soon as the handshake is answered.</value>
    public TimeSpan SubscribeDelay { get; set; }

    /// <summary>Whether a connection is first sent the present state of each of its contracts, which the service does not do.</summary>
    /// <value>Default: false.</value>
    public bool SnapshotOnConnect { get; set; }

    /// <summary>How many messages of each contract come before its first trade: empty books, zero prices, <c>""</c> for date and time.</summary>
    /// <value>Default: 0.</value>
    public int MessagesBeforeFirstTrade { get; set; }

    /// <summary>Whether each connection keeps a copy of every message it sent, in <see cref="SimulatorConnection.Messages"/>. Memory then grows with the market.</summary>
    /// <value>Default: false.</value>
    public bool KeepMessages { get; set; }

    /// <summary>How many logins, and how many handshakes, <see cref="ImeSimulator.Logins"/> and <see cref="ImeSimulator.Handshakes"/> keep: the newest. Set it for a simulator that runs for days.</summary>
    /// <value>At least 1. Default: null, all.</value>
    public int? MaxRecords { get; set; }

    /// <summary>What goes wrong by itself, by the clock or by the count of messages.</summary>
    /// <value>Default: nothing.</value>
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
            throw new ArgumentException($"A rate of {Rate} cannot be kept; use 0, 0.001 to 1,000,000, or double.PositiveInfinity.", nameof(Rate));
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
