using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HedgeTech.Ime.Tests.Architecture;

public sealed class SourceFilesTests
{
    [Fact]
    public void Public_types_share_one_namespace_and_internal_ones_have_that_of_their_folder()
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

    private static IEnumerable<BaseTypeDeclarationSyntax> TopLevelTypes(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, path)), path: path).GetCompilationUnitRoot()
            .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<BaseTypeDeclarationSyntax>();

    // One part of a partial type may leave its accessibility to another; that part is in the file named after the type alone.
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
