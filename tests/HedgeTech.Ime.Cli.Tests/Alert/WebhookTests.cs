using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Alert;
using HedgeTech.Ime.Cli.Tests.Terminal;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>Posts to a server on this machine.</summary>
public sealed class WebhookTests
{
    private const string Secret = "bot123456789:AAF-s3cret_token-of_the_bot";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Crossing Crossing = Market.Book("SAFAB03 last > 100").On(Market.At(101), default).Single();

    private readonly ConcurrentQueue<string> _warnings = [];
    private readonly HurriedTime _time = new(static wait => wait > TimeSpan.Zero && wait != Patience);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_is_posted_as_json()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (_, _) => Task.CompletedTask);

        (await SendAsync(receiver, "/hook?key=1")).Should().BeNull();

        receiver.Posts.Single().Should().Be(new Receiver.Post("POST", "/hook?key=1", "application/json", System.Text.Encoding.UTF8.GetString(CrossingJson.Write(Crossing))));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task An_attempt_that_may_succeed_later_is_repeated_until_it_does_and_the_first_failure_is_told(int status)
    {
        await using Receiver receiver = await Receiver.StartAsync((number, context) => AnswerAsync(context, number < 5 ? status : 204));

        (await SendAsync(receiver, "/hook")).Should().BeNull();

        receiver.Posts.Should().HaveCount(5).And.AllBeEquivalentTo(receiver.Posts.First());
        _warnings.Should().Equal($"an alert did not reach the webhook at {receiver.Address.Authority} yet (HTTP {status}), and is sent again up to 8 times: SAFAB03 last 101 > 100");
    }

    [Fact]
    public async Task The_waits_between_attempts_double_up_to_a_minute()
    {
        PacedTime time = new(Patience);
        ConcurrentQueue<double> postedAt = [];
        await using Receiver receiver = await Receiver.StartAsync((_, context) =>
        {
            postedAt.Enqueue((time.GetUtcNow() - time.Start).TotalSeconds);
            return AnswerAsync(context, 503);
        });
        using Webhook webhook = new(receiver.Address, _warnings.Enqueue, time);

        Task<string?> sending = webhook.SendAsync(Crossing, Token);
        for (int i = 0; i < Webhook.MaxRetries; i++)
        {
            TimeSpan wait = await time.WhenWaitingAsync(Token);
            time.Advance(wait - TimeSpan.FromTicks(1));
            postedAt.Should().HaveCount(i + 1, "the wait is not over");
            time.Advance(TimeSpan.FromTicks(1));
        }

        (await sending).Should().Be("HTTP 503");
        postedAt.Should().Equal(0, 1, 3, 7, 15, 31, 63, 123, 183);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_repeated()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (number, context) =>
        {
            if (number < 3)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        });

        (await SendAsync(receiver, "/hook")).Should().BeNull();

        receiver.Posts.Should().HaveCountGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task The_server_says_how_long_to_wait()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (number, context) =>
        {
            context.Response.Headers.RetryAfter = "17";
            return AnswerAsync(context, number == 1 ? 429 : 200);
        });

        (await SendAsync(receiver, "/hook")).Should().BeNull();

        _time.Waits.Should().Equal(TimeSpan.FromSeconds(17));
    }

    [Fact]
    public async Task A_refusal_that_is_final_is_not_told_twice()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (_, context) => AnswerAsync(context, 404));

        (await SendAsync(receiver, "/hook")).Should().Be("HTTP 404");

        _warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(301)]
    public async Task A_refusal_is_final_and_says_what_the_server_said(int status)
    {
        await using Receiver receiver = await Receiver.StartAsync((_, context) =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return AnswerAsync(context, status, "Bad Request: chat\nnot \e[31mfound");
        });

        (await SendAsync(receiver, "/hook")).Should().Be($"HTTP {status} Bad Request: chat not [31mfound");

        receiver.Posts.Should().ContainSingle();
    }

    [Fact]
    public async Task After_the_last_retry_the_alert_is_given_up()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (_, context) => AnswerAsync(context, 503));

        (await SendAsync(receiver, "/hook")).Should().Be("HTTP 503");

        receiver.Posts.Should().HaveCount(Webhook.MaxRetries + 1);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_forever()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using Webhook webhook = new(receiver.Address, _warnings.Enqueue, new HurriedTime(static wait => wait > TimeSpan.Zero));

        (await webhook.SendAsync(Crossing, Token)).Should().Be("no answer within 10 s");
    }

    [Fact]
    public async Task The_secret_of_the_address_is_in_no_message_whatever_the_server_repeats()
    {
        await using Receiver receiver = await Receiver.StartAsync(static (_, context) =>
            AnswerAsync(context, 404, $"not found: {context.Request.Path}{context.Request.QueryString} and {Secret[3..]} and {Uri.EscapeDataString(Secret)} and p%40ss-of-mine"));
        using Webhook webhook = new(new Uri(receiver.Address, $"/{Secret}/sendMessage?chat_id=-100&password=p%40ss-of-mine"), _warnings.Enqueue, _time);

        string? failure = await webhook.SendAsync(Crossing, Token);

        failure.Should().StartWith("HTTP 404 not found").And.NotContain("AAF-s3cret").And.NotContain("ss-of-mine");
        webhook.Name.Should().Be($"the webhook at {receiver.Address.Authority}");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_secret()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Uri address = new($"http://{listener.LocalEndpoint}/{Secret}/sendMessage");
        listener.Stop();
        using Webhook webhook = new(address, _warnings.Enqueue, _time);

        (await webhook.SendAsync(Crossing, Token)).Should().NotBeNullOrEmpty().And.NotContain("AAF-s3cret");
        _warnings.Should().ContainSingle().Which.Should().Contain(" yet (").And.NotContain("AAF-s3cret");
    }

    [Theory]
    [InlineData("/services/T0S3CRET1/B0S3CRET2/s3cretS3cretS3cret123456")]
    [InlineData("/api/webhooks/123456789012345678/s3cret-token_of-the_channel")]
    public async Task A_secret_in_the_path_is_in_no_message_whatever_the_server_repeats(string path)
    {
        await using Receiver receiver = await Receiver.StartAsync((number, context) => AnswerAsync(context, number == 1 ? 503 : 404, $"no hook {path} or {path.Split('/')[^1]}"));

        string? failure = await SendAsync(receiver, path);

        _warnings.Append(failure).Should().HaveCount(2).And.AllSatisfy(static message => message.Should().Contain("no hook").And.NotContainEquivalentOf("s3cret"));
    }

    [Theory]
    [InlineData("https://example.com/hook", null)]
    [InlineData("http://127.0.0.1:5000/hook", null)]
    [InlineData("http://example.com/s3cret", "--webhook must be a URL: https, or http for this machine only.")]
    [InlineData("s3cret", "--webhook must be a URL")]
    [InlineData("https://api.telegram.org/bot123456789:s3cret/sendMessage", "--webhook must not contain a secret")]
    [InlineData("https://api.telegram.org/bot123456789%3As3cret/sendMessage", "--webhook must not contain a secret")]
    [InlineData("https://user:s3cret@example.com/", "--webhook must not contain a secret")]
    [InlineData("https://hooks.slack.com/services/T000/B000/s3cret", "--webhook must not contain a secret")]
    [InlineData("https://hooks.slack.com/triggers/T000/123/s3cret", "--webhook must not contain a secret")]
    [InlineData("https://discord.com/api/webhooks/123/s3cret", "--webhook must not contain a secret")]
    [InlineData("https://canary.discord.com/api/v10/webhooks/123/s3cret/slack", "--webhook must not contain a secret")]
    [InlineData("https://DiscordApp.com/api/webhooks/123/s3cret", "--webhook must not contain a secret")]
    [InlineData("https://example.com/hook?to=me&token=s3cret", "--webhook must not contain a secret")]
    [InlineData("https://chat.example.com/hooks/s3crets3crets3cret123xyz", "--webhook must not contain a secret")]
    [InlineData("https://example.com/hook?auth=s3cret", "--webhook must not contain a secret")]
    [InlineData("https://hooks.zapier.com/hooks/catch/123456/s3cret/", "--webhook must not contain a secret")]
    [InlineData("https://example.com/6f1c2a9e-3b7d-4e55-9a10-0d3c5b7e9f21", "--webhook must not contain a secret")]
    [InlineData("https://example.com/alerts/of-the-iran-mercantile-exchange", null)]
    [InlineData("https://example.com/market-alerts-channel-2", null)]
    [InlineData("https://hooks.slack.com.example.com/a", null)]
    public void An_argument_with_a_secret_or_without_a_safe_url_is_refused_and_not_repeated(string url, string? problem)
    {
        string? found = WebhookAddress.ProblemWith(url);

        (found ?? "").Should().StartWith(problem ?? "").And.NotContain("s3cret");
        (found is null).Should().Be(problem is null);
    }

    [Fact]
    public async Task A_url_with_a_password_that_would_not_be_sent_is_refused()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([("IME_WEBHOOK", "https://user:s3cret@example.com/")], "alert", "SAFAB03 gap");

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("must not contain a user name or a password: the tool does not send them.").And.NotContain("s3cret");
    }

    private static Task AnswerAsync(HttpContext context, int status, string text = "")
    {
        context.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(text, Token);
    }

    private async Task<string?> SendAsync(Receiver receiver, string target)
    {
        using Webhook webhook = new(new Uri(receiver.Address, target), _warnings.Enqueue, _time);
        return await webhook.SendAsync(Crossing, Token);
    }
}
