namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The steps in the order in which they run. Each builds on the previous ones.</summary>
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
