namespace HedgeTech.Ime.Streaming;

/// <summary>One accepted connection that carries the contracts of a shard.</summary>
internal sealed class Line(Shard shard, AccessToken token)
{
    private TaskCompletionSource _replacementRequested = NewRequest();

    public Shard Shard { get; } = shard;

    public AccessToken Token { get; } = token;

    /// <summary>Whether it has brought a snapshot, or has lived for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
    public bool IsProven { get; set; }

    /// <summary>Whether it has ended or was replaced: what its reader may still bring is not wanted.</summary>
    public bool IsOver { get; set; }

    /// <summary>Done when another line is wanted in its place.</summary>
    public Task ReplacementRequested => _replacementRequested.Task;

    public void RequestReplacement() => _replacementRequested.TrySetResult();

    /// <summary>Waits for the next request, as this one is being answered.</summary>
    public void ResetReplacement() => _replacementRequested = NewRequest();

    private static TaskCompletionSource NewRequest() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
