namespace HedgeTech.Ime.Testing;

/// <summary>The two kinds of JSON that the service's stack may send, depending on its version and code path.</summary>
public enum JsonDialect
{
    /// <summary>No white space, raw UTF-8.</summary>
    Compact,

    /// <summary>Like Python's <c>json.dumps</c>: a space after each comma and colon, and <c>\uXXXX</c> for characters outside ASCII.</summary>
    Python,
}
