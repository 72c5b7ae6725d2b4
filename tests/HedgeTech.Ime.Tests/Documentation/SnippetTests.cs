using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>
/// Each C# block of the documentation is a separate program of statements, types, or both. It has the implicit usings of the .NET SDK (or of the web SDK,
/// if it creates a web application). It may use the variables of <see cref="Scene"/> without declaring them, and, if it shows no using directive at all, the
/// namespace HedgeTech.Ime: a reader who sees directives takes them for complete.
/// </summary>
public sealed class SnippetTests
{
    private const string Scene = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using static Scene;
        using HedgeTech.Ime;

        public static class Scene
        {
            public static ImeClientOptions options => new();
            public static ImeClient client => new(options);
            public static ContractSet contracts => ContractSet.ByName("any");
            public static MarketSnapshot snapshot => new();
            public static FeedEvent feedEvent => snapshot;
            public static CancellationToken cancellationToken => default;
        }
        """;

    /// <summary>The additional implicit usings of the SDK for web applications.</summary>
    private const string WebScene = """
        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private const string PackageUsing = "global using HedgeTech.Ime;";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    private static readonly MetadataReference[] Everything =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    // WPF only exists on Windows, so this file declares the WPF members that a snippet uses, as the WPF documentation does. No test would find a wrong declaration.
    private static readonly SyntaxTree[] Wpf = [CSharpSyntaxTree.ParseText(WpfDeclarations.Source, ParseOptions)];

    [Fact]
    public void Every_snippet_compiles()
    {
        IEnumerable<string> errors =
            from file in MarkdownFile.All()
            from block in file.Blocks
            where block.Language == "csharp"
            from error in Compile(block.Code)
            select $"{file.Path}, line {block.Line + error.Location.GetLineSpan().StartLinePosition.Line}: {error.GetMessage()}";

        errors.Should().BeEmpty();
    }

    [Fact]
    public void A_whole_application_with_a_feed_health_and_metrics_has_at_most_fifteen_lines()
    {
        string program = MarkdownFile.Read("docs/how-to/use-in-an-application.md").Blocks.First(static block => block.Language == "csharp").Code;

        program.Should().Contain("AddImeFeed(").And.Contain("MapHealthChecks(").And.Contain("AddMeter(\"HedgeTech.Ime\")").And.Contain("app.Run();");
        program.Split('\n').Length.Should().BeLessThanOrEqualTo(15);
    }

    [Fact]
    public void Every_code_block_names_its_language()
    {
        IEnumerable<string> unnamed =
            from file in MarkdownFile.All()
            from block in file.Blocks
            where block.Language is not ("csharp" or "dockerfile" or "ini" or "javascript" or "json" or "mermaid" or "powershell" or "python" or "shell" or "sql" or "text" or "xml")
            select $"{file.Path}, line {block.Line}: '{block.Language}'";

        unnamed.Should().BeEmpty();
    }

    [Theory]
    [InlineData("var list = contracts.ToList();", true)]
    [InlineData("using System.Text;\nvar text = new StringBuilder();\nawait Task.Yield();", true)]
    [InlineData("public sealed class Handler { public void On(MarketSnapshot snapshot) { } }", true)]
    [InlineData("int contracts = 1;\nConsole.WriteLine(contracts + 1);", true)]
    [InlineData("using System.Text;\nMarketSnapshot one = null!;", false)]
    [InlineData("using HedgeTech.Ime;\nMarketSnapshot one = null!;", true)]
    [InlineData("MarketSnapshoot snapshoot = null!;", false)]
    [InlineData("Console.WriteLine(snapshot.LastPrize);", false)]
    [InlineData("class A { void B() { C(); } }", false)]
    [InlineData("_ = new ImeClientOptions().CopyAndValidate();", false)]
    [InlineData("_ = client.StreamEventsAsync(contracts).ToBarsAsync(TimeSpan.FromMinutes(1));", true)]
    [InlineData("_ = client.StreamAsync(contracts).ToBarsAsync(TimeSpan.FromMinutes(1));", false)]
    [InlineData("_ = client.OpenFeed(contracts).ToBarsAsync(TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeProvider.System, cancellationToken);", false)]
    [InlineData("using System.Windows;\npublic partial class A : Window { public A() => Loaded += (_, _) => MessageBox.Show(this, Title); }", true)]
    [InlineData("using System.Windows;\npublic partial class A : Window { public A() => Loded += (_, _) => Close(); }", false)]
    [InlineData("public partial class A : System.Windows.Window;", false)]
    public void A_snippet_compiles_only_if_a_user_can_compile_it(string code, bool compiles)
    {
        Compile(code).Any().Should().Be(!compiles);
    }

    private static IEnumerable<Diagnostic> Compile(string code)
    {
        SyntaxTree snippet = CSharpSyntaxTree.ParseText(code, ParseOptions);
        bool isProgram = snippet.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        bool hasDirectives = snippet.GetCompilationUnitRoot().Usings.Count > 0;
        bool isWeb = code.Contains("WebApplication", StringComparison.Ordinal);
        return CSharpCompilation.Create(
            "Snippet",
            [
                snippet,
                CSharpSyntaxTree.ParseText(Scene, ParseOptions),
                CSharpSyntaxTree.ParseText(hasDirectives ? "" : PackageUsing, ParseOptions),
                CSharpSyntaxTree.ParseText(isWeb ? WebScene : "", ParseOptions),
                .. code.Contains("using System.Windows;", StringComparison.Ordinal) ? Wpf : [],
            ],
            Everything,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }
}
