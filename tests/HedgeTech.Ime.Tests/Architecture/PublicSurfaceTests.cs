using System.Reflection;

namespace HedgeTech.Ime.Tests.Architecture;

public sealed class PublicSurfaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Packages => ["HedgeTech.Ime", "HedgeTech.Ime.AspNetCore", "HedgeTech.Ime.Hosting", "HedgeTech.Ime.Recording", "HedgeTech.Ime.Relay", "HedgeTech.Ime.Testing"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Code_outside_the_package_cannot_derive_from_a_public_class(string package)
    {
        IEnumerable<Type> open = PublicTypes(package).Where(static type => type.IsClass && !type.IsSealed && !IsClosed(type));

        open.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void No_public_signature_contains_a_library_type_a_channel_or_a_socket(string package)
    {
        IEnumerable<string> leaks =
            from type in PublicTypes(package)
            from member in type.GetMembers(Declared)
            where IsVisible(member)
            from used in SignatureOf(member).SelectMany(Parts)
            where IsImplementation(used)
            select $"{type.Name}.{member.Name} shows {used}";

        leaks.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Nothing_public_is_mutable_except_options(string package)
    {
        IEnumerable<string> mutable =
            from type in PublicTypes(package)
            where !type.Name.EndsWith("Options", StringComparison.Ordinal)
            from property in type.GetProperties(Declared)
            where property.SetMethod is { IsPublic: true } setter
                && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit))
            select $"{type.Name}.{property.Name}";

        mutable.Should().BeEmpty();
        PublicTypes(package).SelectMany(static type => type.GetFields(Declared))
            .Where(static field => field is { IsPublic: true, IsInitOnly: false, IsLiteral: false, IsSpecialName: false })
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(System.Threading.Channels.Channel<int>), true)]
    [InlineData(typeof(System.Threading.Channels.BoundedChannelFullMode), false)]
    [InlineData(typeof(Polly.ResiliencePipeline), true)]
    [InlineData(typeof(System.Net.WebSockets.ClientWebSocket), true)]
    [InlineData(typeof(System.Net.Sockets.Socket), true)]
    [InlineData(typeof(System.Net.WebSockets.WebSocketCloseStatus), false)]
    [InlineData(typeof(System.Net.Sockets.AddressFamily), false)]
    public void The_namespace_of_a_type_tells_whether_it_belongs_to_the_implementation(Type type, bool isImplementation) =>
        IsImplementation(type).Should().Be(isImplementation);

    private static Type[] PublicTypes(string package) => Assembly.Load(package).GetExportedTypes();

    private static bool IsClosed(Type type) =>
        type.IsAbstract && type.GetConstructors(Declared).All(static constructor => constructor.IsPrivate || constructor.IsAssembly || constructor.IsFamilyAndAssembly || IsRecordCopy(constructor));

    // The compiler makes the copy constructor of a record protected. A derived class cannot use it unless it can call another constructor.
    private static bool IsRecordCopy(ConstructorInfo constructor) =>
        constructor.IsFamily && constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => false,
    };

    private static IEnumerable<Type> SignatureOf(MemberInfo member) => member switch
    {
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(static parameter => parameter.ParameterType)],
        ConstructorInfo constructor => constructor.GetParameters().Select(static parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo @event => [@event.EventHandlerType!],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Prepend(type);

    private static bool IsImplementation(Type type) =>
        type.Namespace is { } space
        && (space == "Polly" || space.StartsWith("Polly.", StringComparison.Ordinal)
            || (space is "System.Net.Sockets" or "System.Net.WebSockets" or "System.Threading.Channels" && !type.IsEnum));
}
