namespace HedgeTech.Ime.Recording.Reading;

/// <summary>
/// Limits what a reader spends on bytes that prove to be damaged, so that the time to read a file grows with its length, whatever the file contains. Damage by accident
/// costs a small part of the limit. In a file made to cost time, what would cost more than the limit counts as damaged without a look.
/// </summary>
internal struct WastedEffort
{
    private const long Free = 512L * 1024 * 1024;
    private const int PerByte = 8;

    private long _wasted;

    /// <summary>Whether a check of this number of bytes is affordable.</summary>
    /// <param name="bytes">The number of bytes to check.</param>
    /// <param name="position">How far the reader has come.</param>
    public readonly bool Allows(long bytes, long position) => _wasted + bytes <= Free + (PerByte * position);

    /// <summary>Counts bytes that were checked for nothing.</summary>
    public void Waste(long bytes) => _wasted += bytes;
}
