using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class JwtExpiryTests
{
    [Theory]
    [InlineData("""{"exp": 1763193600}""", 1763193600_000)]
    [InlineData("""{"exp": 1763193600.25}""", 1763193600_250)]
    [InlineData("""{"exp": 1.7631936e9}""", 1763193600_000)]
    [InlineData("""{"exp": 0}""", 0)]
    [InlineData("""{"exp": -5}""", -5000)]
    [InlineData("""{"sub": {"exp": 5}, "list": [{"exp": 6}], "exp": 7, "iat": 8}""", 7000)]
    [InlineData("""{"\u0065xp": 9}""", 9000)]
    [InlineData("""{"exp": 1, "exp": 2}""", 2000)]
    public void Expiry_is_read_from_the_payload(string payload, long milliseconds) =>
        JwtExpiry.Read(LoginPeer.Jwt(payload)).Should().Be(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("exp")]
    [InlineData("""{"exp": null}""")]
    [InlineData("""{"exp": "1763193600"}""")]
    [InlineData("""{"exp": [1763193600]}""")]
    [InlineData("""{"exp": {"exp": 1763193600}}""")]
    [InlineData("""{"exp": 1763193600000}""")]
    [InlineData("""{"exp": 1e300}""")]
    [InlineData("""{"exp": 1e999}""")]
    [InlineData("""{"exp": -1e300}""")]
    [InlineData("""{"exp": NaN}""")]
    [InlineData("""{"exp": 1763193600""")]
    public void Odd_payload_has_no_expiry(string payload) => JwtExpiry.Read(LoginPeer.Jwt(payload)).Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("a.!!!.c")]
    [InlineData("a.eyJleHAiOjF9!.c")]
    [InlineData("a.gICA.c")]
    public void Opaque_token_has_no_expiry(string token) => JwtExpiry.Read(token).Should().BeNull();

    [Fact]
    public void Scheme_before_the_token_and_padding_do_not_matter()
    {
        JwtExpiry.Read("Bearer a.eyJleHAiOjF9.c").Should().Be(DateTimeOffset.FromUnixTimeSeconds(1));
        JwtExpiry.Read("a.eyJleHAiOjEwfQ==.c").Should().Be(DateTimeOffset.FromUnixTimeSeconds(10));
    }
}
