using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>The sources of a project, compiled in memory, so that a test can resolve the names in them.</summary>
internal static class SourceCompilation
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    /// <summary>The references of the SDK and of this test project's packages, without the assemblies of this library.</summary>
    private static readonly MetadataReference[] Platform =
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           where !Path.GetFileName(path).StartsWith("HedgeTech.", StringComparison.Ordinal)
           select MetadataReference.CreateFromFile(path),
    ];

    /// <summary>Compiles files, given as path and text, against the platform and other projects.</summary>
    /// <exception cref="InvalidOperationException">The files do not compile, so their names cannot be resolved.</exception>
    public static CSharpCompilation Create(string name, IReadOnlyDictionary<string, string> files, params Compilation[] references)
    {
        CSharpCompilation compilation = CreatePartly(name, files, references);

        // The output of source generators is missing here. CS8795 reports that for each partial method.
        Diagnostic[] errors =
        [
            .. compilation.GetDiagnostics().Where(static diagnostic => diagnostic is { Severity: DiagnosticSeverity.Error, Id: not "CS8795" }),
        ];
        return errors.Length == 0
            ? compilation
            : throw new InvalidOperationException($"The sources of {name} do not compile in memory:\n{string.Join('\n', errors.Take(20))}");
    }

    /// <summary>Compiles sources that also use packages which this test project does not reference. Names from those packages stay unresolved. All other names are resolved.</summary>
    public static CSharpCompilation CreatePartly(string name, IReadOnlyDictionary<string, string> files, params Compilation[] references) =>
        CSharpCompilation.Create(
            name,
            [.. files.Select(static file => CSharpSyntaxTree.ParseText(file.Value, ParseOptions, file.Key)), CSharpSyntaxTree.ParseText(ImplicitUsings, ParseOptions)],
            [.. Platform, .. references.Select(static reference => reference.ToMetadataReference())],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
}
