using System.Globalization;
using System.Net;
using System.Web;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class LoginTests
{
    private static CancellationToken Ct => Patience.Token;

    [Theory]
    [InlineData("username", "password")]
    [InlineData("UserName_or_Email", "Password")]
    public async Task Login_posts_only_the_two_fields_as_a_form(string usernameField, string passwordField)
    {
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Options.UsernameField = usernameField;
        peer.Options.PasswordField = passwordField;
        using TokenSource source = peer.Source();

        (await source.GetAsync(Ct)).Value.Should().Be("token-1");

        RawRequest request = peer.Requests.Should().ContainSingle().Subject;
        request.Line.Should().Be("POST /auth/user/token/issue HTTP/1.1");
        request.Header("Content-Type").Should().Be("application/x-www-form-urlencoded");
        request.Header("User-Agent").Should().Be(LoginPeer.UserAgent);
        request.Headers.Select(static header => header.Key).Should().BeEquivalentTo("Host", "User-Agent", "Content-Type", "Content-Length");
        System.Collections.Specialized.NameValueCollection form = HttpUtility.ParseQueryString(request.Body);
        form.AllKeys.Should().Equal(usernameField, passwordField);
        form[usernameField].Should().Be(LoginPeer.Username);
        form[passwordField].Should().Be(LoginPeer.Password);
    }

    [Theory]
    [InlineData(200, """{"Authorization": "abc"}""", "abc")]
    [InlineData(201, """{"user": {"Authorization": "no"}, "Authorization": "abc.def", "more": [1]}""", "abc.def")]
    [InlineData(299, """ { "\u0041uthorization" : "\u0061bc" } """, "abc")]
    [InlineData(200, """{"Authorization": "Bearer abc"}""", "Bearer abc")]
    public async Task Token_is_read_from_every_successful_answer(int status, string body, string token)
    {
        await using LoginPeer peer = LoginPeer.Answering(status, body);
        using TokenSource source = peer.Source();

        (await source.GetAsync(Ct)).Value.Should().Be(token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"authorization": "secret-token"}""")]
    [InlineData("""{"Authorization": null}""")]
    [InlineData("""{"Authorization": 12345}""")]
    [InlineData("""{"Authorization": {"token": "secret-token"}}""")]
    [InlineData("""{"Authorization": "  "}""")]
    [InlineData("""{"Authorization": "secret-token\r\nX-Evil: 1"}""")]
    [InlineData("""{"Authorization": "secret-token\u0000"}""")]
    [InlineData("""{"Authorization": "secret-tokén"}""")]
    [InlineData("""{"Authorization": "secret-token\ud800"}""")]
    [InlineData("""{"Authorization": "secret-token"} trailing""")]
    [InlineData("""{"Authorization": "secret-token" """)]
    [InlineData("<html>secret-token</html>")]
    public async Task Success_without_a_usable_token_is_final_and_does_not_show_it(string body)
    {
        await using LoginPeer peer = LoginPeer.Answering(200, body);
        using TokenSource source = peer.Source();

        ImeAuthenticationException failure = await FailureOf(source);

        failure.IsTransient.Should().BeFalse();
        failure.StatusCode.Should().Be(HttpStatusCode.OK);
        failure.ToString().Should().NotContain("secret").And.NotContain("Evil").And.NotContain("html");
        peer.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Login_answer_larger_than_64_KiB_is_refused()
    {
        await using LoginPeer peer = LoginPeer.Answering(200, $$"""{"padding": "{{new string('x', 70_000)}}", "Authorization": "abc"}""");
        using TokenSource source = peer.Source();

        (await FailureOf(source)).IsTransient.Should().BeFalse();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(422)]
    [InlineData(451)]
    public async Task Refused_login_is_final_after_one_attempt(int status)
    {
        await using LoginPeer elsewhere = LoginPeer.Granting();
        await using LoginPeer peer = LoginPeer.Answering(status, """{"detail": "No such account"}""", $"Location: {elsewhere.Endpoint}", "Retry-After: 5");
        using TokenSource source = peer.Source();

        ImeAuthenticationException failure = await FailureOf(source);

        failure.IsTransient.Should().BeFalse();
        failure.StatusCode.Should().Be((HttpStatusCode)status);
        failure.Detail.Should().Be("No such account");
        failure.RetryAfter.Should().BeNull();
        failure.Message.Should().Contain(peer.Endpoint.Authority + "/auth/user/token/issue").And.Contain(status.ToString(CultureInfo.InvariantCulture));
        peer.Requests.Should().ContainSingle();
        elsewhere.Peer.Accepted.Should().Be(0, "a redirect must not take the password elsewhere");
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(520)]
    public async Task Server_error_is_a_transient_failure(int status)
    {
        await using LoginPeer peer = LoginPeer.Answering(status, "<html><h1>Bad Gateway</h1></html>");
        using TokenSource source = peer.Source();

        ImeAuthenticationException failure = await FailureOf(source);

        failure.IsTransient.Should().BeTrue();
        failure.StatusCode.Should().Be((HttpStatusCode)status);
        failure.Detail.Should().BeNull();
        failure.Message.Should().NotContain("html").And.NotContain("Gateway");
        peer.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("86400", 900)]
    [InlineData("Sat, 15 Nov 2025 08:00:30 GMT", 30)]
    [InlineData("Sat, 15 Nov 2025 07:00:00 GMT", 0)]
    [InlineData("Sun, 16 Nov 2025 08:00:00 GMT", 900)]
    [InlineData("soon", null)]
    [InlineData("-3", null)]
    public async Task Retry_after_is_read_and_bounded(string header, int? seconds)
    {
        await using LoginPeer peer = LoginPeer.Answering(503, "", $"Retry-After: {header}");
        using TokenSource source = peer.Source();

        (await FailureOf(source)).RetryAfter.Should().Be(seconds is { } some ? TimeSpan.FromSeconds(some) : null);
    }

    [Fact]
    public async Task Details_of_several_fields_are_joined_without_the_input()
    {
        await using LoginPeer peer = LoginPeer.Answering(422, """
            {"detail": [{"loc": ["body", "password"], "msg": "field required", "type": "missing", "input": "hunter2"},
                        {"loc": ["body", "items", 0], "msg": "too long", "type": "x"}, "odd", 5, {"msg": "alone"}]}
            """);
        using TokenSource source = peer.Source();

        ImeAuthenticationException failure = await FailureOf(source);

        failure.Detail.Should().Be("password: field required; items.0: too long; odd; alone");
        failure.Message.Should().Contain("password: field required").And.NotContain("hunter2");
    }

    [Theory]
    [InlineData("""{"detail": {"reason": "x"}}""")]
    [InlineData("""{"detail": 5}""")]
    [InlineData("""{"detail": []}""")]
    [InlineData("""{"detail": ""}""")]
    [InlineData("""{"detail": "\ud800"}""")]
    [InlineData("""["detail"]""")]
    [InlineData("<html>detail</html>")]
    public async Task Unreadable_detail_is_null(string body)
    {
        await using LoginPeer peer = LoginPeer.Answering(401, body);
        using TokenSource source = peer.Source();

        (await FailureOf(source)).Detail.Should().BeNull();
    }

    [Fact]
    public async Task Unanswered_login_times_out_as_transient()
    {
        await using LoginPeer peer = new(static (_, session) => session.HoldAsync());
        using TokenSource source = peer.Source();

        Task<ImeConnectionException> failing = UnreachedOf(source);
        await peer.Arrivals.WaitAsync(Ct);
        peer.Time.Advance(peer.Options.Timeout);
        ImeConnectionException failure = await failing;

        failure.IsTransient.Should().BeTrue();
        failure.Attempts.Should().Be(1);
        failure.InnerException.Should().BeAssignableTo<OperationCanceledException>();
        failure.Message.Should().Contain("10 s");
    }

    [Fact]
    public async Task Body_that_never_ends_times_out_as_transient()
    {
        await using LoginPeer peer = new(static async (_, session) =>
        {
            await session.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
            await session.HoldAsync();
        });
        using TokenSource source = peer.Source();

        Task<ImeConnectionException> failing = UnreachedOf(source);
        await peer.Arrivals.WaitAsync(Ct);
        peer.Time.Advance(peer.Options.Timeout);

        (await failing).IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task Broken_connection_is_a_transient_failure_with_its_cause()
    {
        await using LoginPeer peer = new(static (_, session) =>
        {
            session.Reset();
            return Task.CompletedTask;
        });
        using TokenSource source = peer.Source();

        ImeConnectionException failure = await UnreachedOf(source);

        failure.IsTransient.Should().BeTrue();
        failure.InnerException.Should().BeOfType<HttpRequestException>();
    }

    [Fact]
    public async Task Unreachable_login_server_is_a_transient_failure()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        await peer.Peer.DisposeAsync();
        using TokenSource source = peer.Source();

        (await UnreachedOf(source)).IsTransient.Should().BeTrue();
    }

    private static async Task<ImeConnectionException> UnreachedOf(TokenSource source)
    {
        Func<Task> ask = async () => await source.GetAsync(Ct);
        return (await ask.Should().ThrowAsync<ImeConnectionException>()).Which;
    }

    private static async Task<ImeAuthenticationException> FailureOf(TokenSource source)
    {
        Func<Task> ask = async () => await source.GetAsync(Ct);
        return (await ask.Should().ThrowAsync<ImeAuthenticationException>()).Which;
    }
}
