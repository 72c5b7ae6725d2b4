using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>Every public member of the packages, and every parameter, has a comment for IntelliSense. The compiler requires the comment, and this test checks its content.</summary>
public sealed class DocumentedApiTests
{
    public static TheoryData<string> Packages => PublicSurfaceTests.Packages;

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_public_member_is_documented(string package)
    {
        string folder = AppContext.BaseDirectory;
        IEnumerable<string> gaps = Gaps(MetadataReference.CreateFromFile(Path.Combine(folder, $"{package}.dll")), XDocument.Load(Path.Combine(folder, $"{package}.xml")));

        gaps.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/// <summary>One.</summary>\npublic sealed class A { public void B() { } }", "M:A.B has no summary")]
    [InlineData("/// <summary> </summary>\npublic enum A { }", "T:A has no summary")]
    [InlineData("/// <summary>One.</summary>\npublic enum A { /// <summary>Two.</summary>\nB, C }", "F:A.C has no summary")]
    [InlineData("/// <summary>One.</summary>\npublic sealed record A(int B);", "T:A does not say what B is")]
    [InlineData("/// <summary>One.</summary>\npublic static class A { /// <summary>Two.</summary>\npublic static void B<T>(int c) { } }", "M:A.B``1(System.Int32) does not say what T is; M:A.B``1(System.Int32) does not say what c is")]
    [InlineData("/// <summary>One.</summary>\npublic static class A { /// <summary>Two.</summary>\n/// <param name=\"c\">Three.</param>\npublic static void B<T>(int c) { } }", "M:A.B``1(System.Int32) does not say what T is")]
    [InlineData("/// <summary>One.</summary>\n/// <param name=\"B\">Two.</param>\npublic sealed record A(int B) { /// <summary>Three.</summary>\nprivate protected void C() { } }", "")]
    [InlineData("/// <summary>One.</summary>\npublic sealed class A : System.IDisposable { /// <inheritdoc/>\npublic void Dispose() { } }", "")]
    public void A_missing_comment_is_found_on_every_kind_of_member(string source, string gaps)
    {
        using MemoryStream assembly = new();
        using MemoryStream comments = new();
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(documentationMode: DocumentationMode.Diagnose), cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        compilation.Emit(assembly, xmlDocumentationStream: comments, cancellationToken: TestContext.Current.CancellationToken).Success.Should().BeTrue();
        assembly.Position = comments.Position = 0;

        string.Join("; ", Gaps(MetadataReference.CreateFromStream(assembly), XDocument.Load(comments))).Should().Be(gaps);
    }

    private static IEnumerable<string> Gaps(MetadataReference package, XDocument comments)
    {
        Dictionary<string, XElement> documented = comments.Descendants("member").ToDictionary(static member => member.Attribute("name")!.Value);
        CSharpCompilation compilation = CSharpCompilation.Create("Reader", references: [package, MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);
        IAssemblySymbol assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(package)!;
        return Visible(assembly.GlobalNamespace).SelectMany(symbol => GapsOf(symbol, documented));
    }

    private static IEnumerable<string> GapsOf(ISymbol symbol, Dictionary<string, XElement> documented)
    {
        string id = symbol.GetDocumentationCommentId()!;
        XElement? comment = documented.GetValueOrDefault(id);
        if (comment?.Element("inheritdoc") is { } inherited && inherited.Attribute("path") is null || IsParameterOfItsRecord(symbol))
        {
            yield break;
        }

        if (!Says(comment?.Element("summary")))
        {
            yield return $"{id} has no summary";
        }

        foreach (string name in NamesToExplain(symbol))
        {
            if (comment is null || !comment.Elements().Any(element => element.Name.LocalName is "param" or "typeparam" && element.Attribute("name")?.Value == name && Says(element)))
            {
                yield return $"{id} does not say what {name} is";
            }
        }
    }

    private static bool Says(XElement? element) => element is not null && (!string.IsNullOrWhiteSpace(element.Value) || element.HasElements);

    // A cancellation token means the same everywhere, so it needs no description.
    private static IEnumerable<string> NamesToExplain(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => [],
        IMethodSymbol method => [.. Names(method.TypeParameters), .. Names(method.Parameters.Where(static one => one.Type.Name != nameof(CancellationToken)))],
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } type => Names(type.DelegateInvokeMethod!.Parameters),
        INamedTypeSymbol { IsRecord: true } type => [.. Names(type.TypeParameters), .. Positions(type)],
        INamedTypeSymbol type => Names(type.TypeParameters),
        IPropertySymbol { IsIndexer: true } property => Names(property.Parameters),
        _ => [],
    };

    private static IEnumerable<string> Names(IEnumerable<ISymbol> symbols) => symbols.Select(static symbol => symbol.Name);

    // The comment of a record documents its parameters, for the constructor and for the properties.
    private static bool IsParameterOfItsRecord(ISymbol symbol) => symbol.ContainingType is { IsRecord: true } type
        && (symbol is IPropertySymbol ? Positions(type).Contains(symbol.Name) : symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && IsPrimary(constructor));

    private static IEnumerable<string> Positions(INamedTypeSymbol type) =>
        Names(type.InstanceConstructors.Where(IsPrimary).SelectMany(static constructor => constructor.Parameters));

    // The compiler generates the method Deconstruct, with the same parameter names, for a record with a primary constructor.
    private static bool IsPrimary(IMethodSymbol constructor) => constructor.Parameters.Length > 0
        && constructor.ContainingType.GetMembers("Deconstruct").OfType<IMethodSymbol>().Any(taken =>
            IsGenerated(taken) && Names(taken.Parameters).SequenceEqual(Names(constructor.Parameters)));

    private static IEnumerable<ISymbol> Visible(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceSymbol space)
            {
                foreach (ISymbol inner in Visible(space))
                {
                    yield return inner;
                }
            }
            else if (member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal && !IsMadeByTheCompiler(member))
            {
                yield return member;
                foreach (ISymbol inner in member is INamedTypeSymbol type ? Visible(type) : [])
                {
                    yield return inner;
                }
            }
        }
    }

    private static bool IsMadeByTheCompiler(ISymbol member) => IsGenerated(member)
        || member is IMethodSymbol { AssociatedSymbol: not null }
        || member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0 }
        || member is IFieldSymbol { Name: "value__" };

    private static bool IsGenerated(ISymbol member) => member.GetAttributes().Any(static one => one.AttributeClass?.Name == "CompilerGeneratedAttribute");
}
