using System.Globalization;
using System.Text;
using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class RedactorTests
{
    private const string Alphabet = """abcxnuABZ0129 +-_.~!*'()/\"&<>%#;=?$@öéßسین😀""";

    [Theory]
    [InlineData("Top/Secret'9&", "Top/Secret%279%26")] // quote in Python
    [InlineData("Top/Secret 9", "Top/Secret%209")] // encodeURI in JavaScript
    [InlineData("It's me!", "It's%20me!")] // encodeURIComponent in JavaScript
    [InlineData("Top/Secret'9&", @"Top\/Secret'9&")] // json_encode in PHP
    [InlineData("Töp\"Secret9", """T\u00f6p\"Secret9""")] // json.dumps in Python
    [InlineData("Töp\"Secret9", """T\xf6p"Secret9""")] // ascii in Python
    [InlineData("Töp\"Secret9", """T\xc3\xb6p"Secret9""")] // bytes in Python
    [InlineData("Top😀Secret9", @"Top\ud83d\uDE00Secret9")]
    [InlineData("Top\nSecret\t9", @"Top\nSecret\t9")]
    [InlineData("a/b'c", "a&#x2F;b&#39;c")]
    [InlineData("p&ss<1", "p&#38;ss&#60;1")]
    [InlineData("a/b'c<d>\"e", "a/b&#x27;c&lt;d&gt;&quot;e")] // html.escape in Python
    [InlineData("a/b'c<d", "a/b&apos;c&LT;d")]
    [InlineData("a b+c", "a+b%2Bc")]
    [InlineData(@"C:\100%&more", @"C:\\100%25&amp;more")]
    [InlineData("Top/Secret?9", "VG9wL1NlY3JldD85")] // base64
    [InlineData("~~?~~?~~?", @"fn4\/fn4\/fn4\/")] // base64 by json_encode in PHP
    [InlineData("Top/Secret9", "546f702f53656372657439")]
    [InlineData("abcdefgh/ijklmnopqrst", @"abcdefgh\/ijk")] // truncated by the server that quotes it
    public void Secret_is_hidden_in_every_spelling_that_an_encoder_gives_it(string secret, string echo) =>
        new Redactor(secret).Clean($"no login with {echo} here").Should().Be("no login with [redacted] here");

    [Theory]
    [InlineData(1)]
    [InlineData(20261128)]
    public void Secret_is_hidden_however_each_of_its_characters_is_spelled(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2_000; round++)
        {
            Rune[] secret = Secret(random);
            string before = $"<{Filler(random)}|";
            string after = $"|{Filler(random)}>";
            string echo = Spelled(secret, random);

            new Redactor(string.Concat(secret)).Clean(before + echo + after)
                .Should().Be($"{before}[redacted]{after}", "seed {0}, round {1}: {2} was spelled {3}", seed, round, string.Concat(secret), echo);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261128)]
    public void Text_without_the_secret_is_unchanged(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2_000; round++)
        {
            Rune[] secret = Secret(random);
            Rune[] other = [.. secret];
            other[other.Length / 2] = new Rune('§'); // the changed rune is in the middle and unescaped, because the tail of an escape can look like the first runes
            string text = $"<{Filler(random)}|{Spelled(other, random)}|{Filler(random)}>";

            new Redactor(string.Concat(secret)).Clean(text).Should().Be(text, "seed {0}, round {1}: the secret is {2}", seed, round, string.Concat(secret));
        }
    }

    private static Rune[] Secret(Random random) => random.GetItems(Alphabet.EnumerateRunes().ToArray(), random.Next(6, 16));

    private static string Filler(Random random) =>
        string.Concat(random.GetItems(["a", "B", "9", " ", "+", "%", "%2", "%41", @"\", @"\u00", @"\x5c", "&", "&#", "&#38;", "&amp;", "ö", "😀", "نماد"], random.Next(12)));

    private static string Spelled(Rune[] runes, Random random) => string.Concat(runes.Select(rune => Spelled(rune, random)));

    private static string Spelled(Rune rune, Random random)
    {
        string raw = rune.ToString();
        if (raw == "§")
        {
            return raw;
        }

        string hex = random.Next(2) == 0 ? "x" : "X";
        string Hex(int value, int digits) => value.ToString(hex + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return random.Next(9) switch
        {
            0 => string.Concat(Encoding.UTF8.GetBytes(raw).Select(b => "%" + Hex(b, 2))),
            1 => string.Concat(raw.Select(c => @"\u" + Hex(c, 4))),
            2 when rune.Value < 256 => @"\x" + Hex(rune.Value, 2),
            3 when rune.IsAscii && !Rune.IsLetterOrDigit(rune) => @"\" + raw,
            4 => $"&#{rune.Value};",
            5 => $"&#{hex}{Hex(rune.Value, 1)};",
            6 => raw switch { " " => "+", "&" => "&amp;", "<" => "&lt;", ">" => "&gt;", "\"" => "&quot;", "'" => "&apos;", _ => raw },
            7 when rune.IsAscii => raw.ToUpperInvariant(),
            _ => raw,
        };
    }
}
