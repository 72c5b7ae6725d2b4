using System.Text;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Tests.Architecture;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The parts of a Markdown file that the tests need: its code blocks, links and headings.</summary>
internal sealed partial class MarkdownFile
{
    /// <summary>Parses the text of a file.</summary>
    /// <param name="path">The path of the file from the root of the repository, with '/'.</param>
    /// <param name="text">The text of the file.</param>
    public MarkdownFile(string path, string text)
    {
        Path = path;
        Text = text;
        StringBuilder prose = new();
        CodeBlock? open = null;
        List<string> code = [];
        int number = 0;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (open is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                open = new CodeBlock(line[3..].Trim(), number + 1, "");
            }
            else if (open is not null && line.StartsWith("```", StringComparison.Ordinal))
            {
                Blocks.Add(open with { Code = string.Join('\n', code) });
                open = null;
                code.Clear();
            }
            else if (open is not null)
            {
                code.Add(line);
            }
            else
            {
                prose.Append(line).Append('\n');
            }
        }

        Prose = InlineCode().Replace(prose.ToString(), "");
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>The fenced code blocks.</summary>
    public List<CodeBlock> Blocks { get; } = [];

    /// <summary>The targets of the links in the prose, as the file writes them.</summary>
    public IEnumerable<string> Links =>
        InlineLink().Matches(Prose).Concat(LinkDefinition().Matches(Prose)).Select(static match => match.Groups["target"].Value);

    /// <summary>Returns the anchor of a heading: lower case, '-' for each space, without punctuation.</summary>
    public IEnumerable<string> Anchors =>
        Heading().Matches(Text).Select(static match => NotInAnchor().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private string Prose { get; }

    /// <summary>Reads every Markdown file of the repository, and the file for assistants, which is also Markdown.</summary>
    public static IEnumerable<MarkdownFile> All() =>
        from path in Directory.EnumerateFiles(Repository.Root, "*.md").Select(static file => System.IO.Path.GetFileName(file)!).Append("llms.txt")
            .Concat(Repository.Files("*.md", "docs", "samples", "src", "benchmarks", "templates"))
        select Read(path);

    /// <summary>Reads one Markdown file of the repository.</summary>
    public static MarkdownFile Read(string path) => new(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)));

    public override string ToString() => Path;

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex InlineLink();

    [GeneratedRegex(@"^\[[^\]]+\]:\s*(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex LinkDefinition();

    [GeneratedRegex(@"^#+\s+(?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}

/// <summary>A fenced block: its language, the line at which its code starts, and the code.</summary>
internal sealed record CodeBlock(string Language, int Line, string Code);
