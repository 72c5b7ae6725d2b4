using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>Finds the dependencies between the folders of the sources. It resolves every name to its symbol, because public types share one namespace and namespaces therefore do not show the folder.</summary>
internal static class Arrows
{
    /// <summary>Every use in one folder of a type that another folder declares.</summary>
    /// <param name="compilation">The sources, whose trees have the paths of their files.</param>
    /// <param name="folderOf">Returns the folder of a file from its path, or null if the file does not matter.</param>
    public static IReadOnlyCollection<Arrow> Find(Compilation compilation, Func<string, string?> folderOf)
    {
        HashSet<Arrow> arrows = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => folderOf(tree.FilePath) is not null))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                foreach (INamedTypeSymbol type in TypesAt(model, node).SelectMany(Parts))
                {
                    foreach (string? target in type.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => folderOf(reference.SyntaxTree.FilePath)).Distinct())
                    {
                        if (target is not null && target != folderOf(tree.FilePath))
                        {
                            arrows.Add(new Arrow(folderOf(tree.FilePath)!, target, tree.FilePath, OutermostType(type).Name));
                        }
                    }
                }
            }
        }

        return arrows;
    }

    // The type that a name refers to, the type that declares the member it refers to, and the type of every expression.
    private static IEnumerable<ITypeSymbol?> TypesAt(SemanticModel model, SyntaxNode node)
    {
        if (node is ExpressionSyntax or ConstructorInitializerSyntax or AttributeSyntax)
        {
            ISymbol? symbol = model.GetSymbolInfo(node).Symbol;
            yield return symbol as ITypeSymbol;
            yield return symbol?.ContainingType;
        }

        if (node is ExpressionSyntax)
        {
            TypeInfo info = model.GetTypeInfo(node);
            yield return info.Type;
            yield return info.ConvertedType;
        }

        if (node is ForEachStatementSyntax loop)
        {
            yield return model.GetForEachStatementInfo(loop).ElementType;
        }
    }

    private static IEnumerable<INamedTypeSymbol> Parts(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Parts).Prepend(named),
        _ => [],
    };

    private static INamedTypeSymbol OutermostType(INamedTypeSymbol type) => type.ContainingType is { } container ? OutermostType(container) : type;
}

/// <summary>A file of one folder uses a type of another.</summary>
internal sealed record Arrow(string From, string To, string File, string Type)
{
    public override string ToString() => $"{File} ({From}) uses {Type} ({To})";
}
