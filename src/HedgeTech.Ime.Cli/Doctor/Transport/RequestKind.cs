namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>The purpose of a request.</summary>
internal enum RequestKind
{
    Plain,
    Login,
    Handshake,
}
