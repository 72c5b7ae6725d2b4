namespace HedgeTech.Ime.Testing.Faults;

/// <summary>The active refusals by command. The newest one applies until it is used up. Thread-safe.</summary>
internal sealed class Refusals
{
    private readonly Lock _gate = new();
    private (Refusal Refusal, int? Left)? _login;
    private (Refusal Refusal, int? Left)? _handshake;

    public void SetLogin(Refusal refusal, int? count)
    {
        lock (_gate)
        {
            _login = (refusal, count);
        }
    }

    public void SetHandshake(Refusal refusal, int? count)
    {
        lock (_gate)
        {
            _handshake = (refusal, count);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _login = null;
            _handshake = null;
        }
    }

    public Refusal? NextLogin()
    {
        lock (_gate)
        {
            return Next(ref _login);
        }
    }

    public Refusal? NextHandshake()
    {
        lock (_gate)
        {
            return Next(ref _handshake);
        }
    }

    private static Refusal? Next(ref (Refusal Refusal, int? Left)? inForce)
    {
        if (inForce is not { } current)
        {
            return null;
        }

        inForce = current.Left is { } left ? (left > 1 ? (current.Refusal, left - 1) : null) : current;
        return current.Refusal;
    }
}
