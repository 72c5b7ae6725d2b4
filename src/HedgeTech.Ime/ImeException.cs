namespace HedgeTech.Ime;

/// <summary>The base of the exceptions for everything that is not the caller's mistake: the service refused a request, or could not be reached.</summary>
/// <remarks>No property and no message of it contains a password or a token.</remarks>
public abstract class ImeException : Exception
{
    private protected ImeException(string message, bool isTransient, Exception? innerException)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Whether the same call may succeed later without any change.</summary>
    public bool IsTransient { get; }
}
