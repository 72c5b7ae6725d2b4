namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>A forbidden call under a lock.</summary>
/// <param name="Lock">File and line of the lock.</param>
/// <param name="Way">The methods from the lock to the call.</param>
/// <param name="Call">The called member.</param>
internal sealed record Breach(string Lock, string Way, string Call)
{
    /// <summary>The method that makes the call, and the call.</summary>
    public string Step => $"{Way[(Way.LastIndexOf('>') + 1)..].Trim()} calls {Call}";

    public override string ToString() => $"{Lock}: {Way} calls {Call}";
}
