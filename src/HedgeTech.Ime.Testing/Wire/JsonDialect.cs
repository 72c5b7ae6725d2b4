namespace HedgeTech.Ime.Testing;

/// <summary>The two kinds of JSON that the service's stack may send: its version and code path decide.</summary>
public enum JsonDialect
{
    /// <summary>No white space, raw UTF-8.</summary>
    Compact,

    /// <summary>As Python's <c>json.dumps</c> has it: a space after each comma and colon, and <c>\uXXXX</c> for what is not ASCII.</summary>
    Python,
}
