using System.Text;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class SubscriptionUrisTests
{
    private static CancellationToken Ct => Patience.Token;

    public static TheoryData<string> Names() =>
    [
        "IMEFutures_Sample", "a+b", "a&b=c", "100%", "%2B", "%", "a#b", "a/b", "a?b", "two  spaces", " around ", "آتی زعفران نگین", "گروه\u200cبندی", "علي ك", "علی ک",
        "😀🇮🇷", ".", "..", "../../x", "./.", "a;b,c", "quote\"'<>\\^`{|}", "tilde~-_.", "\uFFFE\uFFFF", "\u0001\t", "é", "e\u0301", "\u202Eabc", "\uFEFFbom", "http://x/y?z#w", "[]", "*!()$:@",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Name_in_a_request_line_is_decoded_unchanged(string name)
    {
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("first", name, "last"), Ct);

        string[] values = request!.Target.Split('?', 2)[1].Split('&');
        values.Should().OnlyContain(static value => value.StartsWith("contract_names=", StringComparison.Ordinal));
        values.Select(static value => Decode(value["contract_names=".Length..])).Should().Equal("first", name, "last");
    }

    [Fact]
    public async Task Request_line_has_the_computed_length_and_is_ASCII()
    {
        ContractSet contracts = ContractSet.ByName(Names().Select(static row => row.Data));
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        await using MarketConnection connection = await Open.Async(peer, contracts, Ct);

        request!.Line.Length.Should().Be(new SubscriptionUris(peer.Address, new ConnectionOptions()).RequestLineBytes(contracts));
        request.Line.Should().MatchRegex("^GET /[A-Za-z0-9%&=?/_.~-]* HTTP/1.1$");
    }

    [Fact]
    public async Task Ids_use_their_own_endpoint_below_the_path_of_the_base_address()
    {
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ById("17", "گ"), Ct, baseAddress: new Uri(peer.Address, "/gate way/v2/"));

        request!.Target.Should().Be("/gate%20way/v2/data-engine/ime/live/data/websocket/contract/id?contract_id=17&contract_id=%DA%AF");
    }

    [Fact]
    public async Task Paths_and_parameters_are_spelled_as_configured()
    {
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        ConnectionOptions options = new() { NamePath = "live?v=2", NameParameter = "contract name" };
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("a", "b"), Ct, options);

        request!.Target.Should().Be("/live?v=2&contract%20name=a&contract%20name=b");
    }

    [Theory]
    [InlineData("https://core.hedgetech.ir", "wss://core.hedgetech.ir/p?c=x")]
    [InlineData("https://core.hedgetech.ir:8443/", "wss://core.hedgetech.ir:8443/p?c=x")]
    [InlineData("http://[::1]:80/a", "ws://[::1]/a/p?c=x")]
    [InlineData("http://user:pass@localhost:8080/a/", "ws://localhost:8080/a/p?c=x")]
    public void Scheme_of_the_base_address_becomes_the_WebSocket_scheme(string baseAddress, string expected) =>
        new SubscriptionUris(new Uri(baseAddress), new ConnectionOptions { NamePath = "/p", NameParameter = "c" }).For(ContractSet.ByName("x")).OriginalString.Should().Be(expected);

    // Decodes by hand, and only %XX and + for a space, because a library may tolerate spellings that a server does not.
    private static string Decode(string value)
    {
        List<byte> bytes = [];
        for (int i = 0; i < value.Length; i++)
        {
            bytes.Add(value[i] switch
            {
                '%' => Convert.ToByte(value.Substring((i += 2) - 1, 2), 16),
                '+' => (byte)' ',
                char c => (byte)c,
            });
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }
}
