using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HedgeTech.Ime.Tests.Architecture;

public sealed class SourceFilesTests
{
    private const int MaximumLinesOfType = 400;
    private const int MaximumFilesOfFolder = 25;

    /// <summary>The types and folders that may exceed the limits, each with its reason. There may be at most three.</summary>
    private static readonly Dictionary<string, string> LargeForAReason = [];

    [Fact]
    public void No_type_has_more_lines_over_all_its_files_than_the_limit()
    {
        IEnumerable<string> tooLong =
            from path in Repository.Files("*.cs", "src", "samples", "benchmarks")
            from type in TopLevelTypes(path)
            group LinesOf(type) by $"{Path.GetDirectoryName(path)}: {type.Identifier.Text}" into parts
            where parts.Sum() > MaximumLinesOfType && !LargeForAReason.ContainsKey(parts.Key)
            select $"{parts.Key} has {parts.Sum()} lines";

        tooLong.Should().BeEmpty("a type that has grown must be split into types that own their fields");
    }

    [Fact]
    public void The_limits_apply_to_every_project_of_the_sources()
    {
        IEnumerable<string> projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(static path => Path.GetFileName(Path.GetDirectoryName(path)!));

        Repository.Files("*.cs", "src").Where(static path => TopLevelTypes(path).Any()).Select(static path => path.Split('/')[1]).Distinct().Should().BeEquivalentTo(projects);
    }

    [Fact]
    public void No_folder_of_the_sources_contains_more_files_than_the_limit()
    {
        IEnumerable<string> tooFull =
            from path in Repository.Files("*.cs", "src")
            group path by Path.GetDirectoryName(path)! into folder
            where folder.Count() > MaximumFilesOfFolder && !LargeForAReason.ContainsKey(folder.Key)
            select $"{folder.Key} has {folder.Count()} files";

        tooFull.Should().BeEmpty();
    }

    [Fact]
    public void A_type_is_split_into_several_files_only_for_its_log_messages()
    {
        IEnumerable<string> cut =
            from path in Repository.Files("*.cs", "src")
            where !path.EndsWith(".Log.cs", StringComparison.Ordinal)
            from type in TopLevelTypes(path)
            group path by $"{Path.GetDirectoryName(path)}: {type.Identifier.Text}" into parts
            where parts.Distinct().Count() > 1 && !LargeForAReason.ContainsKey(parts.Key)
            select $"{parts.Key} stands in {string.Join(", ", parts.Select(Path.GetFileName))}";

        cut.Should().BeEmpty("a type that is split into files is still one type with the fields of all files");
    }

    [Fact]
    public void At_most_three_types_and_folders_exceed_the_limits() => LargeForAReason.Should().HaveCountLessThanOrEqualTo(3);

    [Fact]
    public void Public_types_share_one_namespace_and_internal_types_have_the_namespace_of_their_folder()
    {
        IEnumerable<string> misplaced =
            from path in Repository.Files("*.cs", "src")
            from type in TopLevelTypes(path)
            let expected = IsPublic(type, path) ? path.Split('/')[1] : string.Join('.', path.Split('/')[1..^1])
            where type.Parent is not FileScopedNamespaceDeclarationSyntax space || space.Name.ToString() != expected
            select $"{type.Identifier} in {path} belongs in a file-scoped namespace {expected}";

        misplaced.Should().BeEmpty();
    }

    [Fact]
    public void A_file_declares_one_public_type_at_most_and_is_named_after_it()
    {
        IEnumerable<string> misnamed =
            from path in Repository.Files("*.cs", "src")
            let types = TopLevelTypes(path).Where(type => IsPublic(type, path)).Select(static type => type.Identifier.Text).ToArray()
            where types.Length > 1 || types.Any(type => path.Split('/')[^1].Split('.')[0] != type)
            select $"{path} declares {string.Join(", ", types)}";

        misnamed.Should().BeEmpty();
    }

    /// <summary>The lines of a type from its documentation to its last brace.</summary>
    private static int LinesOf(BaseTypeDeclarationSyntax type) => type.ToFullString().Trim().Split('\n').Length;

    private static IEnumerable<BaseTypeDeclarationSyntax> TopLevelTypes(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, path)), path: path).GetCompilationUnitRoot()
            .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<BaseTypeDeclarationSyntax>();

    // A part of a partial type may omit the accessibility. The part that states it is in the file with the name of the type.
    private static bool IsPublic(BaseTypeDeclarationSyntax type, string path)
    {
        if (type.Modifiers.Any(SyntaxKind.PublicKeyword) || !type.Modifiers.Any(SyntaxKind.PartialKeyword) || type.Modifiers.Any(SyntaxKind.InternalKeyword))
        {
            return type.Modifiers.Any(SyntaxKind.PublicKeyword);
        }

        string main = $"{path[..(path.LastIndexOf('/') + 1)]}{type.Identifier.Text}.cs";
        return main != path && File.Exists(Path.Combine(Repository.Root, main))
            && TopLevelTypes(main).Any(other => other.Identifier.Text == type.Identifier.Text && other.Modifiers.Any(SyntaxKind.PublicKeyword));
    }
}
