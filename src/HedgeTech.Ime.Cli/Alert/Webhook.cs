using System.Net;
using System.Net.Http.Headers;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Connection;
using Polly;
using Polly.Retry;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Posts alerts as JSON to a URL, and tries again what may succeed later.</summary>
internal sealed class Webhook : IAlertOutput, IDisposable
{
    /// <summary>How often an alert is sent again.</summary>
    public const int MaxRetries = 8;

    private const int LongestAnswer = 4096;

    /// <summary>A shorter part of the address is not a secret, and may be a word of any answer.</summary>
    private const int ShortestSecret = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri _address;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private readonly DiscreetProxy _proxy = DiscreetProxy.Of(null);
    private readonly HttpMessageInvoker _http;
    private readonly ForeignText _foreign = new();
    private readonly ResiliencePipeline<Answer> _retry;

    /// <param name="address">The URL.</param>
    /// <param name="warn">Takes a sentence for the user. It must not block.</param>
    /// <param name="time">The clock.</param>
    public Webhook(Uri address, Action<string> warn, TimeProvider time)
    {
        _address = address;
        _warn = warn;
        _time = time;

        // A redirect would send the alert somewhere else, and the path of this address in its Referer or Location.
        _http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, ConnectTimeout = Patience, Proxy = _proxy });
        foreach (string secret in (IEnumerable<string>)[address.OriginalString, address.PathAndQuery, address.UserInfo, .. $"{address.UserInfo}/{address.PathAndQuery}".Split('/', '?', '&', '=', ':')])
        {
            if (secret.Length >= ShortestSecret)
            {
                _foreign.Hide(secret);
                _foreign.Hide(Uri.UnescapeDataString(secret));
            }
        }

        _retry = new ResiliencePipelineBuilder<Answer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Answer>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsTransient: true }),
                MaxRetryAttempts = MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(1),
                DelayGenerator = static arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            })
            .Build();
    }

    public string Name => $"the webhook at {_address.Authority}";

    public async Task<string?> SendAsync(Crossing crossing, CancellationToken cancellationToken)
    {
        byte[] body = CrossingJson.Write(crossing);
        bool isFirst = true;
        Answer answer = await _retry.ExecuteAsync(TryAsync, cancellationToken);
        return answer.Failure;

        async ValueTask<Answer> TryAsync(CancellationToken token)
        {
            Answer answer = await PostAsync(body, token);
            if (isFirst && answer.IsTransient)
            {
                _warn($"an alert did not reach {Name} yet ({answer.Failure}), and is sent again up to {MaxRetries} times: {crossing.Contract} {crossing.What}");
            }

            isFirst = false;
            return answer;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) { Headers = { ContentType = Json } } };
        using CancellationTokenSource bound = new(Patience, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode ? Answer.Delivered : await RefusedAsync(response, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new Answer(_foreign.Clean(_proxy.Redactor.Clean(failure.GetBaseException().Message)), IsTransient: true, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer($"no answer within {Patience.TotalSeconds:0} s", IsTransient: true, null);
        }
    }

    private async Task<Answer> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] start = new byte[LongestAnswer];
        await using Stream content = await response.Content.ReadAsStreamAsync(cancellationToken);
        int length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        string text = _foreign.Clean(System.Text.Encoding.UTF8.GetString(start, 0, length));
        string? asked = response.Headers.TryGetValues("Retry-After", out IEnumerable<string>? values) ? values.First() : null;
        bool isTransient = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        return new Answer($"HTTP {(int)response.StatusCode} {text}".TrimEnd(), isTransient, RetryAfterHeader.Read(asked, _time));
    }

    /// <summary>The result of one attempt.</summary>
    /// <param name="Failure">Why it failed, without secrets; null if it did not.</param>
    /// <param name="IsTransient">Whether another attempt may succeed.</param>
    /// <param name="RetryAfter">How long the server asks to wait.</param>
    private sealed record Answer(string? Failure, bool IsTransient, TimeSpan? RetryAfter)
    {
        public static Answer Delivered { get; } = new(null, IsTransient: false, null);
    }
}
