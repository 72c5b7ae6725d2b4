using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Telemetry;

/// <summary>Measures one call to the service: a span for the call, and its duration when it ends. Not thread-safe.</summary>
internal sealed class MeasuredCall : IDisposable
{
    private readonly Activity? _activity;
    private readonly Histogram<double> _duration;
    private readonly Uri _server;
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?>[] _clientTags;
    private readonly long _begun;
    private string? _error;

    private MeasuredCall(Activity? activity, Histogram<double> duration, Uri server, TimeProvider time, KeyValuePair<string, object?>[] clientTags)
    {
        (_activity, _duration, _server, _time, _clientTags) = (activity, duration, server, time, clientTags);
        _begun = time.GetTimestamp();
        activity?.SetTag("server.address", server.Host).SetTag("server.port", server.Port);
    }

    /// <summary>Starts to measure a call; returns null if nobody listens.</summary>
    /// <param name="name">The name of the span.</param>
    /// <param name="duration">Records the duration.</param>
    /// <param name="server">The address of the server. Only its host and port are recorded, because people put secrets into the rest.</param>
    /// <param name="time">The client's clock.</param>
    /// <param name="clientTags">The tags that identify the client.</param>
    internal static MeasuredCall? Begin(string name, Histogram<double> duration, Uri server, TimeProvider time, KeyValuePair<string, object?>[] clientTags)
    {
        Activity? activity = ImeMeter.Activities.StartActivity(name, ActivityKind.Client, parentContext: default, clientTags);
        return activity is not null || duration.Enabled ? new MeasuredCall(activity, duration, server, time, clientTags) : null;
    }

    /// <summary>Marks the call as failed.</summary>
    /// <param name="error">A short name with few possible values: an HTTP status, or the name of an exception.</param>
    /// <param name="description">One sentence, without secrets.</param>
    internal void Fail(string error, string description)
    {
        _error = error;
        _activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error, description);
    }

    /// <summary>Adds a tag to the span only.</summary>
    internal void Tag(string name, object value) => _activity?.SetTag(name, value);

    /// <summary>Ends the span and records the duration.</summary>
    public void Dispose()
    {
        TagList tags = new(_clientTags) { { "server.address", _server.Host } };
        if (_error is not null)
        {
            tags.Add("error.type", _error);
        }

        _duration.Record(_time.GetElapsedTime(_begun).TotalSeconds, tags);
        _activity?.Dispose();
    }
}
