using HedgeTech.Ime;
using HedgeTech.Ime.Testing;

namespace Samples;

/// <summary>The account of a sample, which is in the environment or belongs to a simulator in this process.</summary>
internal sealed class Account : IAsyncDisposable
{
    private readonly ImeSimulator? _simulator;
    private readonly Uri _baseAddress;
    private readonly string _username;
    private readonly string _password;

    private Account(ImeSimulator? simulator, Uri baseAddress, string username, string password)
    {
        _simulator = simulator;
        _baseAddress = baseAddress;
        _username = username;
        _password = password;
    }

    /// <summary>Whether the market is simulated.</summary>
    public bool IsSimulated => _simulator is not null;

    /// <summary>Options for a client of this account.</summary>
    public ImeClientOptions Options
    {
        get
        {
            ImeClientOptions options = new();
            ApplyTo(options);
            return options;
        }
    }

    /// <summary>Reads <c>IME_USERNAME</c>, <c>IME_PASSWORD</c> and <c>IME_BASE_ADDRESS</c>. Without the first two, starts a simulator.</summary>
    public static async Task<Account> OpenAsync(CancellationToken cancellationToken)
    {
        if (Variable("IME_USERNAME") is { } username && Variable("IME_PASSWORD") is { } password)
        {
            Uri address = Variable("IME_BASE_ADDRESS") is { } text ? new Uri(text, UriKind.RelativeOrAbsolute) : new ImeClientOptions().BaseAddress;
            return new Account(null, address, username, password);
        }

        ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 2 }, cancellationToken: cancellationToken);
        return new Account(simulator, simulator.BaseAddress, simulator.Username, simulator.Password);
    }

    /// <summary>Configures a client for this account.</summary>
    public void ApplyTo(ImeClientOptions options)
    {
        options.BaseAddress = _baseAddress;
        options.Username = _username;
        options.Password = _password;
    }

    public ValueTask DisposeAsync() => _simulator?.DisposeAsync() ?? default;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
