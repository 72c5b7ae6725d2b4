using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Telemetry;
using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Authentication;

/// <summary>A login service on loopback with answers from the test, and a token source that uses it.</summary>
internal sealed class LoginPeer : IAsyncDisposable
{
    public const string Username = "sara@example.ir";
    public const string Password = "p&ss \"w+rd\"/گذر";
    public const string UserAgent = "Trader/1.0 (desk 7)";

    private readonly HttpMessageInvoker _http = new(TransportHandler.Create(new ConnectionOptions()));
    private int _count;

    public LoginPeer(Func<int, RawSession, Task> answer)
    {
        Peer = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                Requests.Enqueue(request);
                Arrivals.Release();
                await answer(Interlocked.Increment(ref _count), session);
            }
        });
        Endpoint = new Uri(Peer.Address, "/auth/user/token/issue");
    }

    public RawPeer Peer { get; }

    public Uri Endpoint { get; set; }

    public ConcurrentQueue<RawRequest> Requests { get; } = [];

    /// <summary>Released once for each request that arrives.</summary>
    public SemaphoreSlim Arrivals { get; } = new(0);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero));

    public RecordingLogger Logger { get; } = new();

    public AuthenticationOptions Options { get; } = new();

    public Func<CancellationToken, ValueTask<ImeCredentials>> Credentials { get; set; } =
        static _ => ValueTask.FromResult(new ImeCredentials(Username, Password));

    /// <summary>Creates a service that grants a token per login: <c>token-1</c> and so on, or a JWT with the given lifetime.</summary>
    public static LoginPeer Granting(TimeSpan? life = null)
    {
        LoginPeer? peer = null;
        peer = new LoginPeer((number, session) => session.AnswerAsync(200, Grant(life is { } span ? Jwt(peer!.Time.GetUtcNow() + span, number) : $"token-{number}")));
        return peer;
    }

    /// <summary>Creates a service that always gives the same answer.</summary>
    public static LoginPeer Answering(int status, string body = "", params string[] headers) =>
        new((_, session) => session.AnswerAsync(status, body, headers));

    public static string Grant(string token) => $$"""{"Authorization": "{{token}}"}""";

    public static string Jwt(DateTimeOffset expiry, int number = 0) =>
        Jwt($$"""{"sub": "{{number}}", "exp": {{expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}}}""");

    public static string Jwt(string payload) => $"{Encode("""{"alg":"HS256"}""")}.{Encode(payload)}.c2lnbmF0dXJl";

    public TokenSource Source() =>
        TokenSource.FromCredentials(cancellationToken => Credentials(cancellationToken), Endpoint, Options, _http, UserAgent, Logger, Time, ClientMeter.Of(null));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Peer.DisposeAsync();
        Arrivals.Dispose();
    }

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
