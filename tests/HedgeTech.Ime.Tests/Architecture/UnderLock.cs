using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>
/// Finds forbidden code that runs under a lock: code of the user, and code of the platform that may call back, wait or take its own lock. Follows the calls of
/// every <c>lock</c> body within the assembly, also into implementations and accessors. Follows a delegate back to the code that creates it.
/// </summary>
internal sealed class UnderLock
{
    /// <summary>Methods of the platform that run a function later, on a thread that holds no lock.</summary>
    private static readonly HashSet<string> Deferring =
    [
        "Task.Run", "TaskFactory.StartNew", "ThreadPool.UnsafeQueueUserWorkItem", "ThreadPool.QueueUserWorkItem", "Thread.Thread", "TimeProvider.CreateTimer", "Lazy.Lazy",
    ];

    private readonly Compilation _compilation;
    private readonly List<(IOperation Body, string File)> _bodies = [];
    private readonly ILookup<ISymbol, ISymbol> _implementations;
    private readonly ILookup<ISymbol, IOperation> _calls;
    private readonly HashSet<(ISymbol Method, string Lock)> _walked = [];
    private readonly HashSet<Breach> _found = [];

    private UnderLock(Compilation compilation)
    {
        _compilation = compilation;
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(static node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or ClassDeclarationSyntax))
            {
                if (model.GetOperation(node) is { Parent: null } body)
                {
                    _bodies.Add((body, tree.FilePath));
                }
            }
        }

        _implementations = Types(compilation.Assembly.GlobalNamespace).SelectMany(Implementations).ToLookup(static pair => pair.Of, static pair => pair.By, SymbolEqualityComparer.Default);
        _calls = _bodies.SelectMany(static body => body.Body.DescendantsAndSelf())
            .Where(static operation => operation is IInvocationOperation or IObjectCreationOperation)
            .ToLookup(static operation => Target(operation)!, SymbolEqualityComparer.Default)!;
    }

    /// <summary>Returns every forbidden call that the sources make under a lock.</summary>
    public static IReadOnlyCollection<Breach> Find(Compilation compilation)
    {
        UnderLock search = new(compilation);
        foreach ((IOperation body, string file) in search._bodies)
        {
            foreach (ILockOperation locked in body.DescendantsAndSelf().OfType<ILockOperation>())
            {
                search.Walk(locked.Body, $"{file}:{locked.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1}", NameOf(search._compilation, locked));
            }
        }

        return search._found;
    }

    private void Walk(IOperation body, string place, string within)
    {
        foreach (IOperation operation in ChildrenThatRun(body))
        {
            Look(operation, place, within);
            if (operation is IUsingOperation or IUsingDeclarationOperation)
            {
                foreach (ITypeSymbol type in Disposed(operation))
                {
                    Call(type.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(static method => method.Parameters.IsEmpty), operation, place, within);
                }
            }
        }
    }

    private void Look(IOperation operation, string place, string within)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invoked:
                Invoke(invoked.Instance, place, within);
                break;
            case IInvocationOperation call:
                Call(call.TargetMethod, call, place, within);
                break;
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                Call(constructor, creation, place, within);
                break;
            case IPropertyReferenceOperation property:
                Call(property.Property.GetMethod, property, place, within);
                Call(property.Property.SetMethod, property, place, within);
                break;
            case IEventAssignmentOperation { EventReference: IEventReferenceOperation { Event: { } changed } } assignment:
                Call(assignment.Adds ? changed.AddMethod : changed.RemoveMethod, assignment, place, within);
                break;
        }
    }

    private void Call(IMethodSymbol? method, IOperation operation, string place, string within)
    {
        if (method is null)
        {
            return;
        }

        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (IsForbidden(method))
        {
            _found.Add(new Breach(place, within, Name(method)));
            return;
        }

        if (!IsOurs(method) && !Deferring.Contains(Name(method)))
        {
            // The search assumes that the platform calls a delegate immediately.
            foreach (IArgumentOperation argument in ArgumentsOf(operation).Where(static argument => argument.Parameter?.OriginalDefinition.Type.TypeKind == TypeKind.Delegate))
            {
                Invoke(argument.Value, place, within);
            }
        }

        foreach (ISymbol target in _implementations[method].Prepend(method))
        {
            if (_walked.Add((target, place)))
            {
                foreach (IOperation body in BodiesOf(target))
                {
                    Walk(body, place, $"{within} > {Name((IMethodSymbol)target)}");
                }
            }
        }
    }

    /// <summary>Follows the code of a delegate that is called under the lock.</summary>
    private void Invoke(IOperation? called, string place, string within)
    {
        switch (called)
        {
            case IConversionOperation conversion:
                Invoke(conversion.Operand, place, within);
                break;
            case IDelegateCreationOperation creation:
                Invoke(creation.Target, place, within);
                break;
            case IAnonymousFunctionOperation function:
                if (_walked.Add((function.Symbol, place)))
                {
                    Walk(function.Body, place, within);
                }

                break;
            case IMethodReferenceOperation reference:
                Call(reference.Method, reference, place, within);
                break;
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol method } parameter } when IsInternal(method) && _calls[method.OriginalDefinition].Any():
                InvokeArguments(method, parameter, place, within);
                break;
            case IConditionalAccessInstanceOperation instance:
                Invoke(instance.Parent is null ? null : Accessed(instance), place, within);
                break;
            case ILiteralOperation or IDefaultValueOperation:
                break;
            default:
                _found.Add(new Breach(place, within, $"delegate {called?.Syntax}"));
                break;
        }
    }

    private void InvokeArguments(IMethodSymbol method, IParameterSymbol parameter, string place, string within)
    {
        if (!_walked.Add((parameter, place)))
        {
            return;
        }

        foreach (IOperation call in _calls[method.OriginalDefinition])
        {
            foreach (IArgumentOperation argument in ArgumentsOf(call).Where(argument => argument.Parameter?.Ordinal == parameter.Ordinal))
            {
                Invoke(argument.Value, place, within);
            }
        }
    }

    private static bool IsForbidden(IMethodSymbol method)
    {
        string type = method.ContainingType.Name;
        string space = method.ContainingType.ContainingNamespace?.ToDisplayString() ?? "";
        bool isOfThePlatform = !method.ContainingType.Locations.Any(static location => location.IsInSource);
        return method.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "LoggerMessageAttribute")
            || (space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal) && type is "ILogger" or "LoggerExtensions")
            || (isOfThePlatform && method.MethodKind is MethodKind.EventAdd or MethodKind.EventRemove)
            || (space == "System.Diagnostics.Metrics" && (type is "Meter" || method.Name is "Add" or "Record"))
            || (space == "System.Diagnostics" && type is "Activity" or "ActivitySource")
            || (type == "CancellationTokenSource" && method.Name is "Cancel" or "Dispose" or "CreateLinkedTokenSource")
            || (type == "CancellationToken" && method.Name is "Register" or "UnsafeRegister")
            || (type == "CancellationTokenRegistration" && method.Name is "Dispose")
            || (space == "System.Threading.Tasks" && method.Name is "Wait" or "WaitAll" or "WaitAny")
            || type is "TaskAwaiter" or "ConfiguredTaskAwaiter";
    }

    private static bool IsInternal(IMethodSymbol method) =>
        method.DeclaredAccessibility != Accessibility.Public || method.ContainingType.DeclaredAccessibility != Accessibility.Public;

    private bool IsOurs(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _compilation.Assembly);

    private IEnumerable<IOperation> BodiesOf(ISymbol method)
    {
        foreach (SyntaxReference reference in IsOurs(method) ? method.DeclaringSyntaxReferences : [])
        {
            SyntaxNode node = reference.GetSyntax();
            SemanticModel model = _compilation.GetSemanticModel(node.SyntaxTree);
            node = node is PropertyDeclarationSyntax { ExpressionBody: { } arrow } ? arrow : node;
            if (model.GetOperation(node) is { } body)
            {
                yield return body is ILocalFunctionOperation local ? local.Body! : body;
            }
        }
    }

    /// <summary>Returns the operations that run when a body runs. It leaves out the operations of functions that the body only creates.</summary>
    private static IEnumerable<IOperation> ChildrenThatRun(IOperation operation)
    {
        yield return operation;
        foreach (IOperation child in operation.ChildOperations)
        {
            if (child is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            {
                foreach (IOperation each in ChildrenThatRun(child))
                {
                    yield return each;
                }
            }
        }
    }

    private static IOperation? Accessed(IConditionalAccessInstanceOperation instance)
    {
        IOperation? at = instance;
        while (at is not null and not IConditionalAccessOperation)
        {
            at = at.Parent;
        }

        return (at as IConditionalAccessOperation)?.Operation;
    }

    private static IEnumerable<ITypeSymbol> Disposed(IOperation operation) => operation switch
    {
        IUsingOperation { Resources: IVariableDeclarationGroupOperation group } => group.Declarations.SelectMany(static declaration => declaration.Declarators).Select(static one => one.Symbol.Type),
        IUsingOperation { Resources.Type: { } type } => [type],
        IUsingDeclarationOperation declaration => declaration.DeclarationGroup.Declarations.SelectMany(static one => one.Declarators).Select(static one => one.Symbol.Type),
        _ => [],
    };

    private static ImmutableArray<IArgumentOperation> ArgumentsOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.Arguments,
        IObjectCreationOperation creation => creation.Arguments,
        _ => [],
    };

    private static ISymbol? Target(IOperation operation) => operation switch
    {
        IInvocationOperation call => (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition,
        IObjectCreationOperation creation => creation.Constructor?.OriginalDefinition,
        _ => null,
    };

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol parent) =>
        parent.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(static child => child is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(child));

    private static IEnumerable<(ISymbol Of, ISymbol By)> Implementations(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            for (IMethodSymbol? of = method.OverriddenMethod; of is not null; of = of.OverriddenMethod)
            {
                yield return (of.OriginalDefinition, method);
            }
        }

        foreach (ISymbol member in type.AllInterfaces.SelectMany(static one => one.GetMembers()).Where(static member => member is IMethodSymbol))
        {
            if (type.FindImplementationForInterfaceMember(member) is { } by)
            {
                yield return (member.OriginalDefinition, by.OriginalDefinition);
            }
        }
    }

    private static string NameOf(Compilation compilation, ILockOperation locked) =>
        compilation.GetSemanticModel(locked.Syntax.SyntaxTree).GetEnclosingSymbol(locked.Syntax.SpanStart) is IMethodSymbol method ? Name(method) : "?";

    private static string Name(IMethodSymbol method) => $"{method.ContainingType.Name}.{(method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.Name)}";
}
