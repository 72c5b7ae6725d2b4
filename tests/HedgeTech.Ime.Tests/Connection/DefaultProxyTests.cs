using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Tests the proxy of the environment. The whole process shares it, so no other test runs at the same time.</summary>
[CollectionDefinition(nameof(DefaultProxyTests), DisableParallelization = true)]
[Collection(nameof(DefaultProxyTests))]
public sealed class DefaultProxyTests
{
    private const string User = "deskuser";
    private const string Password = "pr0xy-s3cret";

    [Theory]
    [InlineData(502)]
    [InlineData(407)]
    public async Task Password_of_the_proxy_of_the_environment_is_in_no_exception_event_log_or_span(int status)
    {
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is not null)
            {
                await session.AnswerAsync(status, "", "Proxy-Authenticate: Basic realm=\"desk\"");
            }
        });
        using Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        ConcurrentQueue<string> said = [];
        using ActivityListener spans = new()
        {
            ShouldListenTo = static source => source.Name == "HedgeTech.Ime",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => said.Enqueue($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(spans);

        foreach (bool hasToken in new[] { false, true })
        {
            await using ImeClient client = Under(new WebProxy($"http://{User}:{Password}@{proxy.EndPoint}"), hasToken, factory);
            (await SaidByStreamAsync(client)).ForEach(said.Enqueue);
        }

        proxy.Accepted.Should().BePositive();
        string[] all = [.. said, .. log.Written];
        all.Should().Contain(text => text.Contains(status.ToString(null, null), StringComparison.Ordinal));
        all.Should().OnlyContain(static text => !text.Contains("'.\".", StringComparison.Ordinal), "the platform ends this sentence with a full stop and a quotation mark, and the client must not add another full stop");
        all.Should().OnlyContain(static text => !text.Contains(Password, StringComparison.Ordinal) && !text.Contains(User, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Description_of_a_handshake_that_a_proxy_refuses_ends_with_one_full_stop_and_no_quotation_mark()
    {
        await using RawPeer proxy = RawPeer.Start(static async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(502);
        });
        await using ImeClient client = Under(new WebProxy(proxy.Address), hasToken: true);

        string? description = null;
        try
        {
            await foreach (FeedEvent feedEvent in client.StreamEventsAsync(ContractSet.ByName("a"), Patience.Token))
            {
                description = (feedEvent as FeedInterrupted)?.Description;
            }
        }
        catch (ImeConnectionException failure)
        {
            description ??= failure.Message;
        }

        description.Should().EndWith("'502'.");
    }

    [Fact]
    public async Task Password_of_the_proxy_of_the_environment_is_sent_to_the_proxy_when_it_asks()
    {
        RawRequest? answered = null;
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(407, "", "Proxy-Authenticate: Basic realm=\"desk\"");
            answered = await session.ReadRequestAsync();
            await session.AnswerAsync(502);
        });
        await using ImeClient client = Under(new WebProxy($"http://{User}:{Password}@{proxy.EndPoint}"), hasToken: true);

        await SaidByStreamAsync(client);

        answered!.Header("Proxy-Authorization").Should().Be("Basic " + Convert.ToBase64String("deskuser:pr0xy-s3cret"u8));
    }

    [Fact]
    public async Task A_host_that_the_environment_exempts_is_reached_without_the_proxy()
    {
        await using RawPeer proxy = RawPeer.Start(static session => session.AnswerAsync(502));
        await using RawPeer service = RawPeer.Start(static async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(503);
        });
        await using ImeClient client = Under(new WebProxy(proxy.Address, BypassOnLocal: false, ["127\\.0\\.0\\.1"]), hasToken: true, baseAddress: service.Address);

        await SaidByStreamAsync(client);

        proxy.Accepted.Should().Be(0);
        service.Accepted.Should().Be(1);
    }

    /// <summary>Creates a client that takes its proxy from the environment.</summary>
    private static ImeClient Under(WebProxy proxy, bool hasToken, ILoggerFactory? factory = null, Uri? baseAddress = null)
    {
        ImeClientOptions options = new() { BaseAddress = baseAddress ?? new Uri("https://core.example.invalid"), Reconnect = { MaxAttempts = 1 } };
        (options.AccessToken, options.Username, options.Password) = hasToken ? ("t", (string?)null, (string?)null) : (null, "demo", "demo-password");
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = proxy;
        try
        {
            return new ImeClient(options, factory);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    private static async Task<List<string>> SaidByStreamAsync(ImeClient client)
    {
        List<string> said = [];
        try
        {
            await foreach (FeedEvent feedEvent in client.StreamEventsAsync(ContractSet.ByName("a"), Patience.Token))
            {
                said.Add($"{feedEvent} {(feedEvent as FeedInterrupted)?.Description} {(feedEvent as FeedInterrupted)?.Exception}");
            }
        }
        catch (ImeConnectionException failure)
        {
            said.Add(failure.ToString());
        }

        return said;
    }
}
