using System.Web;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class LoginSecretsTests
{
    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task Password_that_the_server_echoes_appears_nowhere()
    {
        string inUrl = Uri.EscapeDataString(LoginPeer.Password);
        string inForm = HttpUtility.UrlEncode(LoginPeer.Password);
        string detail = HttpUtility.JavaScriptStringEncode(
            $"wrong {LoginPeer.Password}, {LoginPeer.Password.ToUpperInvariant()}, {inUrl}, {inForm}, {System.Text.Json.JsonEncodedText.Encode(LoginPeer.Password)}, {LoginPeer.Password.Insert(4, "\u0001")} end");
        await using LoginPeer peer = LoginPeer.Answering(401, $$"""{"detail": "{{detail}}"}""");
        using TokenSource source = peer.Source();

        ImeAuthenticationException failure = await FailureOf(source);

        failure.Detail.Should().Be("wrong [redacted], [redacted], [redacted], [redacted], [redacted], [redacted] end");
        failure.ToString().Should().NotContain(LoginPeer.Password).And.NotContain(inUrl).And.NotContain(inForm);
        peer.Logger.Entries.Should().NotContain(entry => entry.Text.Contains(LoginPeer.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Long_detail_is_cut_and_control_characters_are_stripped()
    {
        await using LoginPeer peer = LoginPeer.Answering(401, $$"""{"detail": "one\r\ntwo\u0007\u202e{{string.Concat(Enumerable.Repeat("😀", 400))}}"}""");
        using TokenSource source = peer.Source();

        string detail = (await FailureOf(source)).Detail!;

        detail.Should().StartWith("one  two😀").And.EndWith("😀…");
        detail.Length.Should().BeInRange(490, 501);
        detail.Should().NotMatchRegex(@"[\p{Cc}\u202e]");
    }

    [Fact]
    public async Task Address_in_a_message_omits_the_parts_that_may_be_secret()
    {
        await using LoginPeer peer = LoginPeer.Answering(401);
        peer.Endpoint = new UriBuilder(peer.Endpoint) { UserName = "trader-ali", Password = "hidden", Query = "key=hidden" }.Uri;
        using TokenSource source = peer.Source();

        (await FailureOf(source)).ToString().Should().NotContain("hidden").And.NotContain("trader-ali");
    }

    [Fact]
    public async Task User_name_is_only_in_the_debug_log_and_the_token_in_no_log()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        using TokenSource source = peer.Source();

        await source.GetAsync(Ct);

        peer.Logger.Entries.Should().Contain(static entry => entry.Level == LogLevel.Debug && entry.Text.Contains(LoginPeer.Username));
        peer.Logger.Entries.Should().Contain(static entry => entry.Level == LogLevel.Information);
        peer.Logger.Entries.Should().NotContain(static entry => entry.Level >= LogLevel.Information && entry.Text.Contains(LoginPeer.Username));
        peer.Logger.Entries.Should().NotContain(static entry => entry.Text.Contains("token-1") || entry.Text.Contains(LoginPeer.Password));
        peer.Logger.Entries.Should().OnlyContain(static entry => entry.Id.Id >= 1000 && entry.Id.Id <= 1099);
    }

    private static async Task<ImeAuthenticationException> FailureOf(TokenSource source)
    {
        Func<Task> ask = async () => await source.GetAsync(Ct);
        return (await ask.Should().ThrowAsync<ImeAuthenticationException>()).Which;
    }
}
