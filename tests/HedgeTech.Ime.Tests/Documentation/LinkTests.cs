using System.Text.RegularExpressions;
using HedgeTech.Ime.Tests.Architecture;

namespace HedgeTech.Ime.Tests.Documentation;

public sealed partial class LinkTests
{
    [Fact]
    public void The_target_of_every_link_within_the_repository_exists()
    {
        IEnumerable<string> broken =
            from file in MarkdownFile.All()
            from link in file.Links
            where !IsOutside(link) && !Leads(file, link)
            select $"{file.Path}: {link}";

        broken.Should().BeEmpty();
    }

    [Fact]
    public void Every_document_can_be_reached_through_links_from_the_readme()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> next = new(reached);
        while (next.TryDequeue(out string? path))
        {
            MarkdownFile file = MarkdownFile.Read(path);
            foreach (string target in file.Links.Where(static link => !IsOutside(link)).Select(link => Resolve(file, link).Path))
            {
                if (target.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(Repository.Root, target)) && reached.Add(target))
                {
                    next.Enqueue(target);
                }
            }
        }

        Repository.Files("*.md", "docs").Should().BeSubsetOf(reached);
    }

    [Fact]
    public void Every_document_is_in_a_sidebar_of_the_site_once()
    {
        string[] listed =
        [
            .. from toc in Repository.Files("toc.yml", "docs")
               from entry in SidebarEntry().Matches(File.ReadAllText(Path.Combine(Repository.Root, toc)))
               select $"{Path.GetDirectoryName(toc)}/{entry.Groups["page"].Value}",
        ];

        Repository.Files("*.md", "docs").Should().BeSubsetOf(listed);
        listed.Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("README.md", true)]
    [InlineData("README.md#hedgetechime", true)]
    [InlineData("#part-one-two-", true)]
    [InlineData("docs", true)]
    [InlineData("../README.md", false)]
    [InlineData("README.md#no-such-heading", false)]
    [InlineData("NOTHING.md", false)]
    public void The_target_of_a_link_is_resolved_as_GitHub_does(string link, bool leads)
    {
        MarkdownFile file = new("SAMPLE.md", $"# HedgeTech.Ime\n## Part one, `two` …\n```text\n[not](a-link.md)\n```\n`[nor](this.md)` but [this]({link})\n");

        file.Links.Should().Equal(link);
        Leads(file, link).Should().Be(leads);
    }

    private static bool IsOutside(string link) => Uri.TryCreate(link, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http" or "mailto";

    private static bool Leads(MarkdownFile file, string link)
    {
        (string path, string anchor) = Resolve(file, link);
        string full = Path.Combine(Repository.Root, path);
        if (path.StartsWith("..", StringComparison.Ordinal) || (path != file.Path && !Path.Exists(full)))
        {
            return false;
        }

        return anchor.Length == 0 || (path == file.Path ? file : MarkdownFile.Read(path)).Anchors.Contains(anchor);
    }

    private static (string Path, string Anchor) Resolve(MarkdownFile file, string link)
    {
        string[] parts = link.Split('#');
        string path = parts[0].Length == 0
            ? file.Path
            : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(file.Path)!, parts[0])).Replace('\\', '/');
        return (path, parts.Length > 1 ? parts[1] : "");
    }

    [GeneratedRegex(@"^\s*href: (?<page>\S+\.md)\s*$", RegexOptions.Multiline)]
    private static partial Regex SidebarEntry();
}
