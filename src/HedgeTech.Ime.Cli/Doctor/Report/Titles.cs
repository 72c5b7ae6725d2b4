namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The titles of steps and faults on the screen and in the documentation.</summary>
internal static class Titles
{
    public static string Of(DoctorStep step) => step switch
    {
        DoctorStep.Name => "name",
        DoctorStep.Tcp => "TCP",
        DoctorStep.Tls => "TLS",
        DoctorStep.Clock => "clock",
        DoctorStep.Login => "login",
        DoctorStep.Handshake => "handshake",
        DoctorStep.FirstFrame => "first message",
        DoctorStep.Stream => "stream",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    public static string Of(FaultClass fault) => fault switch
    {
        FaultClass.Name => "name resolution",
        FaultClass.Network => "network",
        FaultClass.Tls => "TLS",
        FaultClass.Clock => "clock",
        FaultClass.Login => "login",
        FaultClass.Spelling => "settings",
        FaultClass.Address => "address of the token",
        FaultClass.Proxy => "proxy or firewall",
        FaultClass.Token => "token",
        FaultClass.Contract => "contract",
        FaultClass.Service => "service",
        FaultClass.Silence => "silence",
        FaultClass.Stream => "stream",
        FaultClass.TimestampOffset => "timestamp offset",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
