namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The steps, in the order in which they are taken: each builds on those before it.</summary>
internal enum DoctorStep
{
    Name,
    Tcp,
    Tls,
    Clock,
    Login,
    Handshake,
    FirstFrame,
    Stream,
}
