namespace HedgeTech.Ime.Testing.Wire;

/// <summary>The frame types of RFC 6455 that the simulator writes.</summary>
internal static class Opcode
{
    public const byte Continuation = 0x0;
    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
}
