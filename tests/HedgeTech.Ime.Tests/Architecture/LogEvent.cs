using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>A log entry that the sources can write.</summary>
/// <param name="Id">Its event id.</param>
/// <param name="Level">Its level.</param>
/// <param name="Message">The message with its placeholders.</param>
/// <param name="Method">The method that writes it.</param>
/// <param name="File">The file that contains the method.</param>
internal sealed record LogEvent(int Id, string Level, string Message, string Method, string File)
{
    public static IEnumerable<LogEvent> All() =>
        from file in Repository.CSharpFiles("src")
        from method in CSharpSyntaxTree.ParseText(file.Value).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        from attribute in method.AttributeLists.SelectMany(static list => list.Attributes)
        where attribute.Name.ToString() == "LoggerMessage"
        select new LogEvent(
            Argument(attribute, "EventId", 0) is LiteralExpressionSyntax { Token.Value: int id } ? id : throw new InvalidOperationException($"{file.Key}: {attribute} names no id."),
            Argument(attribute, "Level", 1)?.ToString().Split('.')[^1] ?? throw new InvalidOperationException($"{file.Key}: {attribute} names no level."),
            Argument(attribute, "Message", 2) is LiteralExpressionSyntax { Token.Value: string message } ? message : throw new InvalidOperationException($"{file.Key}: {attribute} has no message."),
            method.Identifier.Text,
            file.Key);

    // [LoggerMessage(1001, LogLevel.Debug, "…")] or [LoggerMessage(EventId = 1001, …)].
    private static ExpressionSyntax? Argument(AttributeSyntax attribute, string name, int place) =>
        attribute.ArgumentList!.Arguments
            .Where((argument, index) => argument.NameEquals is { } named ? named.Name.Identifier.Text == name : index == place)
            .Select(static argument => argument.Expression)
            .SingleOrDefault();
}
