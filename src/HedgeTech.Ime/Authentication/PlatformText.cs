namespace HedgeTech.Ime.Authentication;

/// <summary>Messages of the platform's exceptions, as parts of sentences of this library.</summary>
internal static class PlatformText
{
    /// <summary>The message with one stop at its end. Some messages of the platform end with a stop, some without, and one with a quotation mark behind the stop.</summary>
    public static string Sentence(string message) => message.TrimEnd('.', '"', ' ') + ".";
}
