namespace HedgeTech.Ime;

/// <summary>The base of every error that is not the caller's mistake: the service refused, could not be reached, or sent what cannot be read.</summary>
/// <remarks>Never holds a password or a token, in no property and no message.</remarks>
public abstract class ImeException : Exception
{
    private protected ImeException(string message, bool isTransient, Exception? innerException)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Whether the same call may succeed later with nothing changed.</summary>
    public bool IsTransient { get; }
}
