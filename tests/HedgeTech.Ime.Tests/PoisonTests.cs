using System.Buffers.Binary;
using System.Net;
using System.Text;
using HedgeTech.Ime.Tests.Authentication;
using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests;

/// <summary>Text from a hostile peer never reaches an exception, event, log entry or span unescaped, and its secrets never do at all.</summary>
public sealed class PoisonTests
{
    private const int MostEvents = 30;

    public static TheoryData<string> Answers => [.. RawPoison.Answers.Keys];

    public static TheoryData<string> Endings => ["close 1008", "close 1011", "close with the token alone", "close with no UTF-8", "a broken frame", "messages"];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_secret_in_an_answer_to_the_login_is_shown_anywhere(string answer)
    {
        await using RawPeer peer = Answering(answer);

        await ShowsNothingAsync(peer.Address, isTokenTold: false);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_secret_in_an_answer_to_the_handshake_is_shown_anywhere(string answer)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                if (request.Line.StartsWith("POST", StringComparison.Ordinal))
                {
                    await session.AnswerAsync(200, LoginPeer.Grant(RawPoison.Token));
                }
                else
                {
                    await session.SendAsync(RawPoison.Bytes(RawPoison.Answers[answer]));
                    session.Dispose(); // otherwise the next request would use this connection and wait for its time-out
                    return;
                }
            }
        });

        await ShowsNothingAsync(peer.Address, isTokenTold: true);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_secret_in_an_answer_of_a_proxy_is_shown_anywhere(string answer)
    {
        await using RawPeer proxy = Answering(answer);

        await ShowsNothingAsync(new Uri("https://core.example.invalid"), isTokenTold: false, new WebProxy($"http://{RawPoison.Username}:{Uri.EscapeDataString(RawPoison.Password)}@{proxy.EndPoint}"));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task No_secret_in_a_stream_is_shown_anywhere(string ending)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                if (request.Line.StartsWith("POST", StringComparison.Ordinal))
                {
                    await session.AnswerAsync(200, LoginPeer.Grant(RawPoison.Token));
                    continue;
                }

                await session.AcceptWebSocketAsync(request);
                await EndAsync(session, ending);
                session.Dispose();
                return;
            }
        });

        await ShowsNothingAsync(peer.Address, isTokenTold: true);
    }

    private static RawPeer Answering(string answer) => RawPeer.Start(async session =>
    {
        await session.ReadRequestAsync();
        await session.SendAsync(RawPoison.Bytes(RawPoison.Answers[answer]));
        session.Dispose();
    });

    private static async Task EndAsync(RawSession session, string ending)
    {
        switch (ending)
        {
            case "close 1008":
                await SendCloseAsync(session, 1008, RawPoison.Reason($"\u001b[2J\u202e\r\nFORGED {RawPoison.Password}"));
                break;
            case "close 1011":
                await SendCloseAsync(session, 1011, RawPoison.Reason(RawPoison.Text));
                break;
            case "close with the token alone":
                await SendCloseAsync(session, 1011, RawPoison.Reason($"\u001b{RawPoison.Token}"));
                break;
            case "close with no UTF-8":
                await SendCloseAsync(session, 1000, [0xFF, 0xFE, 0x1B]);
                break;
            case "a broken frame":
                await session.SendAsync(RawPoison.Bytes(RawPoison.Line));
                break;
            case "messages":
                string json = RawPoison.Json;
                await session.SendTextAsync(RawPoison.Text[..40]);
                await SendLongTextAsync(session, $$"""{"channel":{{json}},"contractName":"a","data":{} }""");
                await SendLongTextAsync(session, $$"""{"channel":"{{RawPoison.Password[..8]}}{{RawPoison.Token}}"}""");
                await SendLongTextAsync(session, $$"""{"channel":"IME Stream","contractName":{{System.Text.Json.JsonSerializer.Serialize("\u001b[2J\u202eX\r\nFORGED")}},"data":{} }""");
                await SendLongTextAsync(session, $$"""{"channel":"IME Stream","contractName":"a","data":{{json}} }""");
                await SendLongTextAsync(session, $$"""{"channel":"IME Stream",{{RawPoison.Text}}""");
                break;
        }

        if (ending.StartsWith("close", StringComparison.Ordinal))
        {
            await session.ReadFrameAsync(); // the answer of the client
        }
    }

    private static Task SendCloseAsync(RawSession session, ushort status, byte[] reason) =>
        session.SendAsync(RawSession.Frame(RawSession.Close, [(byte)(status >> 8), (byte)status, .. reason]));

    private static async Task SendLongTextAsync(RawSession session, string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text);
        byte[] head = [0x81, 126, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)payload.Length);
        await session.SendAsync(payload.Length < 126 ? RawSession.Frame(RawSession.Text, payload) : [.. head, .. payload]);
    }

    private static async Task ShowsNothingAsync(Uri address, bool isTokenTold, IWebProxy? proxy = null)
    {
        using Said said = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(said));
        ImeClientOptions options = new()
        {
            BaseAddress = address,
            Username = RawPoison.Username,
            Password = RawPoison.Password,
            Connection = { Proxy = proxy },
            Reconnect = { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(1) },
        };
        await using (ImeClient client = new(options, factory))
        {
            await TakeFailureAsync(said, async () => await client.GetAccessTokenAsync(Patience.Token));
            await TakeFailureAsync(said, async () =>
            {
                int events = 0;
                await foreach (FeedEvent feedEvent in client.StreamEventsAsync(ContractSet.ByName("a", "b"), Patience.Token))
                {
                    said.Take(feedEvent);
                    if (++events == MostEvents)
                    {
                        break; // a stream that has delivered a message reconnects forever
                    }
                }
            });
        }

        said.Texts.Should().Contain(static text => text.Where.EndsWith("Exception.ToString()", StringComparison.Ordinal));
        said.Texts.Select(text => (text, Fault: RawPoison.FaultIn(text.Text, text.MayHaveLines, isTokenTold)))
            .Where(static found => found.Fault is not null)
            .Select(static found => $"{found.text.Where} shows {found.Fault}: {found.text.Text}")
            .Should().BeEmpty();
    }

    private static async Task TakeFailureAsync(Said said, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ImeException failure)
        {
            said.Take(failure);
        }
    }
}
