namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Where alerts go.</summary>
internal interface IAlertOutput
{
    /// <summary>What it is, for messages, without secrets.</summary>
    string Name { get; }

    /// <summary>Delivers an alert, however often that must be tried.</summary>
    /// <returns>Why it could not be delivered, without secrets; null if it was.</returns>
    Task<string?> SendAsync(Crossing crossing, CancellationToken cancellationToken);
}
