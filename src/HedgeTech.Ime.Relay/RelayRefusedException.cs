namespace HedgeTech.Ime.Relay;

/// <summary>Redis cannot hold the relay, or refuses the user. Another attempt does not help until somebody changes an option, or Redis.</summary>
public sealed class RelayRefusedException : InvalidOperationException
{
    internal RelayRefusedException(string message, string? option = null, Exception? inner = null)
        : base(message, inner) => Option = option;

    /// <summary>The name of the property of <see cref="RelayOptions"/> that can help, such as <c>Name</c> or <c>Configuration</c>; null if none can.</summary>
    public string? Option { get; }
}
