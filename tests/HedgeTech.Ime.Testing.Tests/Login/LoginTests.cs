using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Login;

public sealed class LoginTests
{
    private const string Target = RawClient.NamePath + "?contract_names=SAFAB03";

    [Fact]
    public async Task A_login_is_answered_with_200_and_a_signed_token_that_contains_its_expiry()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero));
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Tokens = { Lifetime = TimeSpan.FromMinutes(30) } }, time);

        string token = await RawClient.LoginAsync(simulator);

        string[] parts = token.Split('.');
        parts.Should().HaveCount(3);
        Claims(parts[0]).GetProperty("alg").GetString().Should().Be("HS256");
        Claims(parts[1]).GetProperty("exp").GetInt64().Should().Be(time.GetUtcNow().AddMinutes(30).ToUnixTimeSeconds());
        parts[2].Should().HaveLength(43);
        (await RawClient.LoginAsync(simulator)).Should().NotBe(token);
    }

    [Fact]
    public async Task An_opaque_token_works_and_has_no_readable_expiry()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Tokens = { Opaque = true } });
        string token = await RawClient.LoginAsync(simulator);
        token.Should().NotContain(".");
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token);
    }

    [Fact]
    public async Task The_spellings_of_other_revisions_are_available()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Spelling = SimulatorSpelling.Drifted, Rate = 100 });
        using HttpResponseMessage documented = await RawClient.PostAsync(simulator, ("username", "demo"), ("password", simulator.Password));
        documented.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        using HttpResponseMessage drifted = await RawClient.PostAsync(simulator, ("UserName_or_Email", "demo"), ("Password", simulator.Password));
        drifted.StatusCode.Should().Be(HttpStatusCode.Created);
        string token = await RawClient.TokenAsync(drifted);

        (await RawClient.RefusedAsync(simulator, RawClient.NamePath + "?contract_name=SAFAB03", token)).Should().Be(HttpStatusCode.Forbidden);
        (await RawClient.RefusedAsync(simulator, Target, "Bearer " + token)).Should().Be(HttpStatusCode.Forbidden);
        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_name=SAFAB03", "Bearer " + token);
        (await client.TextAsync()).Should().Contain("SAFAB03");
        simulator.Handshakes[^1].Token.Should().Be(token);
    }

    [Theory]
    [InlineData("demo", "wrong")]
    [InlineData("nobody", "demo-password")]
    public async Task A_wrong_name_or_password_is_answered_with_401_and_a_sentence(string username, string password)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        using HttpResponseMessage refused = await RawClient.PostAsync(simulator, ("username", username), ("password", password));
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await DetailAsync(refused)).ValueKind.Should().Be(JsonValueKind.String);
        simulator.Logins.Single().Token.Should().BeNull();
    }

    [Theory]
    [InlineData("username=demo", "password")]
    [InlineData("password=x", "username")]
    [InlineData("username=demo&password=demo-password&grant_type=", "grant_type")]
    public async Task A_form_with_missing_or_wrong_fields_is_answered_with_422_and_a_list_of_errors(string form, string field)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        using HttpClient http = new();
        using StringContent content = new(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage refused = await http.PostAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath), content, RawClient.Soon);

        refused.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        JsonElement error = (await DetailAsync(refused)).EnumerateArray().Single();
        error.GetProperty("loc").EnumerateArray().Select(part => part.GetString()).Should().Equal("body", field);
        error.GetProperty("msg").GetString().Should().NotBeNullOrEmpty();
        error.GetProperty("type").GetString().Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_login_as_JSON_or_as_a_GET_is_refused()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        using HttpClient http = new();
        using StringContent json = new("""{"username":"demo","password":"demo-password"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage posted = await http.PostAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath), json, RawClient.Soon);
        posted.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        using HttpResponseMessage got = await http.GetAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath), RawClient.Soon);
        got.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        using HttpResponseMessage elsewhere = await http.GetAsync(new Uri(simulator.BaseAddress, "/elsewhere"), RawClient.Soon);
        elsewhere.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_is_valid_until_it_expires_by_the_simulated_clock()
    {
        FakeTimeProvider time = new();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, Tokens = { Lifetime = TimeSpan.FromMinutes(5) } }, time);
        string token = await RawClient.LoginAsync(simulator);

        time.Advance(TimeSpan.FromSeconds(299));
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token);
        time.Advance(TimeSpan.FromSeconds(1));

        (await RawClient.RefusedAsync(simulator, Target, token)).Should().Be(HttpStatusCode.Forbidden);
        simulator.Handshakes[^1].Refusal.Should().Be("Token expired");
        await simulator.SendTextAsync("the connection stays", RawClient.Soon);
        (await client.TextAsync()).Should().Be("the connection stays");
    }

    [Fact]
    public async Task A_connection_is_closed_when_its_token_expires_if_the_options_say_so()
    {
        FakeTimeProvider time = new();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, Tokens = { Lifetime = TimeSpan.FromMinutes(5), CloseOnExpiry = true } }, time);
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, await RawClient.LoginAsync(simulator));
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        time.Advance(TimeSpan.FromMinutes(5));

        await client.ReceiveAsync();
        ((int)client.Socket.CloseStatus!).Should().Be(1008);
        client.Socket.CloseStatusDescription.Should().Be("Token expired");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_invalidates_earlier_tokens_only_if_the_options_say_so(bool onlyTheNewest)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Tokens = { OnlyTheNewest = onlyTheNewest } });
        string first = await RawClient.LoginAsync(simulator);
        string second = await RawClient.LoginAsync(simulator);

        (await OpensAsync(simulator, first)).Should().Be(!onlyTheNewest);
        (await OpensAsync(simulator, second)).Should().BeTrue();
    }

    [Fact]
    public async Task A_login_closes_the_connections_of_earlier_tokens_if_the_options_say_so()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Tokens = { CloseOnLogin = true } });
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, await RawClient.LoginAsync(simulator));
        SimulatorConnection first = simulator.Connections.Should().ContainSingle().Subject;
        await RawClient.LoginAsync(simulator);
        await first.Ended.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("User-Agent", true)]
    [InlineData("Accept-Language", true)]
    [InlineData("Accept", false)]
    [InlineData("X-Fingerprint", false)]
    public async Task A_token_is_bound_to_the_identifying_headers_of_its_login(string header, bool isBoundByDefault)
    {
        foreach (bool isListed in (bool[])[false, true])
        {
            ImeSimulatorOptions options = new();
            if (isListed)
            {
                options.Tokens.BindToHeaders.Clear();
                options.Tokens.BindToHeaders.Add(header);
            }

            await using ImeSimulator simulator = await RawClient.StartAsync(options);
            using HttpClient http = new();
            http.DefaultRequestHeaders.TryAddWithoutValidation(header, "one");
            string token = await LoginAsync(simulator, http);

            (await OpensAsync(simulator, token, (header, "one"))).Should().BeTrue();
            (await OpensAsync(simulator, token, (header, "two"))).Should().Be(!isBoundByDefault && !isListed);
            (await OpensAsync(simulator, token)).Should().Be(!isBoundByDefault && !isListed, "a missing header changes the fingerprint");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_is_bound_to_the_address_of_its_login_unless_the_options_say_otherwise(bool isBound)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has all of 127.0.0.0/8 on its loopback.");
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Tokens = { BindToAddress = isBound } });
        using HttpClient elsewhere = new(FromAddress("127.0.0.2"));
        string token = await LoginAsync(simulator, elsewhere);
        simulator.Logins.Single().RemoteEndPoint!.Address.Should().Be(IPAddress.Parse("127.0.0.2"));

        (await OpensAsync(simulator, token)).Should().Be(!isBound);
        using HttpMessageInvoker same = new(FromAddress("127.0.0.2"));
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token, invoker: same);
    }

    [Fact]
    public async Task An_issued_token_needs_no_login_and_is_not_bound_to_a_client()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        string token = simulator.IssueToken();
        (await OpensAsync(simulator, token, ("User-Agent", "anybody"))).Should().BeTrue();
        (await OpensAsync(simulator, simulator.IssueToken(TimeSpan.FromMinutes(-1)))).Should().BeFalse();
        simulator.Logins.Should().BeEmpty();
    }

    private static SocketsHttpHandler FromAddress(string address) => new()
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private static async Task<string> LoginAsync(ImeSimulator simulator, HttpClient http)
    {
        using FormUrlEncodedContent form = new([KeyValuePair.Create("username", simulator.Username), KeyValuePair.Create("password", simulator.Password)]);
        using HttpResponseMessage response = await http.PostAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath), form, RawClient.Soon);
        return await RawClient.TokenAsync(response);
    }

    private static async Task<bool> OpensAsync(ImeSimulator simulator, string token, params (string Name, string Value)[] headers)
    {
        try
        {
            await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token, options =>
            {
                foreach ((string name, string value) in headers)
                {
                    options.SetRequestHeader(name, value);
                }
            });
            return true;
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            return false;
        }
    }

    private static JsonElement Claims(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement;

    private static async Task<JsonElement> DetailAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(RawClient.Soon)).RootElement.GetProperty("detail");
}
