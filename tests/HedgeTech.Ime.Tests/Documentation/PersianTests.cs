using System.Text.RegularExpressions;
using HedgeTech.Ime.Tests.Architecture;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The Persian pages follow the English ones, and use Persian letters, digits and punctuation.</summary>
public sealed partial class PersianTests
{
    private const string Index = "docs/fa/README.md";

    /// <summary>The faults of Persian text, each with the expression that finds it. Code and text that is marked as left-to-right are exempt.</summary>
    private static readonly (string Fault, Regex Expression)[] Faults =
    [
        ("a letter or digit of Arabic", new("[\u064A\u0643\u0649\u0629\u06C0\u0660-\u0669]")),
        ("a lengthened letter", new("\u0640")),
        ("a Latin comma, semicolon, question mark or quotation mark", new("""(?<=\p{IsArabic}\u200C?)[,;?]|["“”]""")),
        ("a space before a mark", new("[ \u200C][،؛؟!.:]")),
        ("no space after a mark", new(@"[،؛؟][^\s)»]")),
        ("a Latin digit", new(@"(?<![A-Za-z0-9])(?<!^)[0-9]")),
        ("a space instead of a half-space after می", new(@"(?<!\p{L}\u200C?)ن?می \p{L}")),
        ("a space instead of a half-space before a suffix", new(@"\p{L} (ها|های|هایی|تر|ترین|ام|اند)(?![\p{L}\u200C])")),
        ("a half-space that joins nothing", new(@"\u200C[\s\u200C.،؛؟:»)]|[\s«(]\u200C")),
        ("a second word for a term of the glossary", new("اسنپ\u200Cشات|رمز عبور|پسورد|وب سوکت|وبسوکت|کانکشن|ایونت|هندشیک|تصاویر لحظه")),
    ];

    public static TheoryData<string> Pages { get; } = [.. Repository.Files("*.md", "docs/fa")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_Persian_page_has_the_code_of_its_English_page(string path)
    {
        Blocks(path).Should().Equal(
            Blocks(English(path)),
            "the code of {0} is that of {1}: copy the blocks that changed, and leave a sentence for a new one in English until it is translated", path, English(path));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_Persian_page_has_no_fault_of_Persian_text(string path)
    {
        FaultsIn(MarkdownFile.Read(path).Text).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_Persian_page_is_right_to_left_and_its_code_is_left_to_right(string path)
    {
        DirectionFaults(MarkdownFile.Read(path).Text).Should().BeEmpty();
    }

    [Fact]
    public void Every_term_of_the_glossary_is_used()
    {
        string[] terms = [.. GlossaryRow().Matches(MarkdownFile.Read(Index).Text).Select(static row => row.Groups["term"].Value)];
        string pages = string.Concat(Pages.Select(static page => GlossaryRow().Replace(MarkdownFile.Read(page.Data).Text, "")));

        terms.Should().HaveCountGreaterThan(20);
        terms.Where(term => !pages.Contains(term, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("برای خواندن به `ي` نیاز دارید.", null)]
    [InlineData("كتاب", "a letter or digit of Arabic")]
    [InlineData("بـــازار", "a lengthened letter")]
    [InlineData("قیمت, حجم", "a Latin comma, semicolon, question mark or quotation mark")]
    [InlineData("قیمت ، حجم", "a space before a mark")]
    [InlineData("قیمت،حجم", "no space after a mark")]
    [InlineData("تا 10 ثانیه", "a Latin digit")]
    [InlineData("تا ۱۰ ثانیه با IPv6 و <span dir=\"ltr\">.NET 10</span>", null)]
    [InlineData("1. گام نخست", null)]
    [InlineData("وصل می شود", "a space instead of a half-space after می")]
    [InlineData("وصل می‌شود", null)]
    [InlineData("قرارداد ها", "a space instead of a half-space before a suffix")]
    [InlineData("قراردادها‌ و", "a half-space that joins nothing")]
    [InlineData("رمز عبور", "a second word for a term of the glossary")]
    public void Every_fault_of_Persian_text_is_found(string text, string? fault)
    {
        FaultsIn(text).Select(static found => found.Split(':')[0]).Should().Equal(fault is null ? [] : [fault]);
    }

    [Theory]
    [InlineData("<div dir=\"rtl\">\n\nمتن `Feed` و <span dir=\"ltr\">`--id`</span>\n\n</div>\n\n```shell\nime\n```\n", true)]
    [InlineData("<div dir=\"rtl\">\n\nمتن `--id`\n\n</div>\n", false)]
    [InlineData("<div dir=\"rtl\">\n\nمتن .NET\n\n</div>\n", false)]
    [InlineData("<div dir=\"rtl\">\n\nمتن ASP.NET Core\n\n</div>\n", true)]
    [InlineData("<div dir=\"rtl\">\n\n```shell\nime\n```\n\n</div>\n", false)]
    [InlineData("متن\n\n<div dir=\"rtl\">\n\nمتن\n\n</div>\n", false)]
    [InlineData("<div dir=\"rtl\">\nمتن\n\n</div>\n", false)]
    public void A_wrong_text_direction_on_a_Persian_page_is_found(string page, bool isRight)
    {
        DirectionFaults(page).Any().Should().Be(!isRight);
    }

    private static IEnumerable<(string Language, string Code)> Blocks(string path) => MarkdownFile.Read(path).Blocks.Select(static block => (block.Language, block.Code));

    /// <summary>The page that a Persian page translates: the README, or the guide or reference of the same name.</summary>
    private static string English(string path) => path == Index
        ? "README.md"
        : Repository.Files(Path.GetFileName(path), "docs").Single(page => page != path);

    private static IEnumerable<string> FaultsIn(string page) =>
        from line in Fence().Replace(page, "").Split('\n')
        let text = LinkTarget().Replace(Tag().Replace(InlineCode().Replace(LeftToRight().Replace(line, "X"), "X"), ""), "]")
        from fault in Faults
        where fault.Expression.IsMatch(text)
        select $"{fault.Fault}: {line}";

    private static IEnumerable<string> DirectionFaults(string page)
    {
        string prose = Fence().Replace(page, "");
        string outside = RightToLeft().Replace(page, "");
        string unmarked = LeftToRight().Replace(prose, "");
        return InlineCode().Matches(unmarked).Where(static code => !StaysInPlace().IsMatch(code.Value))
            .Concat(MisplacedName().Matches(InlineCode().Replace(unmarked, "")))
            .Select(static match => $"not marked as left-to-right: {match.Value}")
            .Concat(Fence().Replace(outside, "").Split('\n').Where(static line => line.Trim().Length > 0).Select(static line => $"outside <div dir=\"rtl\">: {line}"))
            .Concat(Fence().Matches(page).Where(fence => !outside.Contains(fence.Value, StringComparison.Ordinal)).Select(static fence => $"code inside <div dir=\"rtl\">: {fence.Value}"));
    }

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("""^<div dir="rtl">\n\n.*?\n\n</div>$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex RightToLeft();

    [GeneratedRegex("""<span dir="ltr">.*?</span>""")]
    private static partial Regex LeftToRight();

    [GeneratedRegex("</?(div|span)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"^\| (?<term>[^|]+) \| [a-z ]+ \|.*$", RegexOptions.Multiline)]
    private static partial Regex GlossaryRow();

    // If code starts or ends with a character that is not a letter, a browser moves that character to the wrong end.
    [GeneratedRegex(@"^`([A-Za-z]|[A-Za-z].*[A-Za-z0-9]|[0-9]+|\p{IsArabic})`$")]
    private static partial Regex StaysInPlace();

    [GeneratedRegex(@"(?<!\w)(\.NET|C#)")]
    private static partial Regex MisplacedName();
}
