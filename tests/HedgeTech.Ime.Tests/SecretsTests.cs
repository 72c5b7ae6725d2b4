using System.Net;
using HedgeTech.Ime.Tests.Streaming;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests;

/// <summary>No password or token appears in a log entry, an event, an exception or a text.</summary>
public sealed class SecretsTests
{
    private const string Password = "p4ss w0rd+&%§";

    [Fact]
    public async Task A_whole_session_logged_at_Trace_contains_no_secret()
    {
        using Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        List<string> said = [];
        List<string> secrets = [Password, Uri.EscapeDataString(Password), WebUtility.UrlEncode(Password)];
        await using Simulated simulated = await Simulated.StartAsync(
            static server =>
            {
                server.Password = Password;
                server.Tokens.Opaque = true;
            },
            static options => options.Reconnect.MaxAttempts = 4,
            factory);

        // The first login fails with a body that repeats the password, and the second login succeeds. Then the server revokes the token, and later it refuses all handshakes.
        simulated.Server.RefuseLogins(HttpStatusCode.ServiceUnavailable, $$"""{"detail":"no login with {{Password}}"}""", count: 1);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        said.AddRange((await first).Select(Describe));

        AccessToken token = await simulated.Client.GetAccessTokenAsync(simulated.Cancellation);
        secrets.Add(token.Value);
        said.Add(token.ToString());
        simulated.Server.RevokeTokens();
        await simulated.Server.CloseAsync(1008, $"bad token {token.Value}");
        said.AddRange((await Simulated.ReadUntilAsync(events, static e => e is FeedConnected)).Select(Describe));
        secrets.Add((await simulated.Client.GetAccessTokenAsync(simulated.Cancellation)).Value);
        simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway);
        simulated.Server.Drop();
        Func<Task> rest = async () => said.AddRange((await Simulated.ReadUntilAsync(events, static _ => false)).Select(Describe));
        said.Add((await rest.Should().ThrowAsync<ImeConnectionException>()).Which.ToString());
        said.Add(new ImeCredentials("user", Password).ToString());

        simulated.Server.Logins.Should().HaveCountGreaterThan(2);
        log.Written.Should().NotBeEmpty();
        said.AddRange(log.Written);
        foreach (string text in said)
        {
            secrets.Should().OnlyContain(secret => !text.Contains(secret, StringComparison.Ordinal), "the client must not show a secret, but shows: {0}", text);
        }
    }

    private static string Describe(FeedEvent feedEvent) => feedEvent is FeedInterrupted interrupted
        ? $"{interrupted} {interrupted.Exception}"
        : feedEvent.ToString();
}
