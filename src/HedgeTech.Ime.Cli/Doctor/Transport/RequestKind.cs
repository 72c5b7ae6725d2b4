namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>What a request was for.</summary>
internal enum RequestKind
{
    Plain,
    Login,
    Handshake,
}
