#:property PublishAot=false
#:property NoWarn=$(NoWarn);CS1591

// dotnet run --file .ci/PackageContents.cs -- FOLDER
// Checks that the folder contains exactly the packages to publish, and that each package contains exactly the expected files.
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

Dictionary<string, string[]> expected = new()
{
    ["HedgeTech.Ime"] = ["Microsoft.Extensions.Http", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core"],
    ["HedgeTech.Ime.AspNetCore"] = ["HedgeTech.Ime", "HedgeTech.Ime.Hosting"],
    ["HedgeTech.Ime.Cli"] = [],
    ["HedgeTech.Ime.Hosting"] = ["HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions"],
    ["HedgeTech.Ime.Recording"] = ["HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks", "Parquet.Net", "ZstdSharp.Port"],
    ["HedgeTech.Ime.Relay"] = ["HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions", "StackExchange.Redis"],
    ["HedgeTech.Ime.Templates"] = [],
    ["HedgeTech.Ime.Testing"] = ["HedgeTech.Ime"],
};
Guid sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
Guid embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

// The templates are content without an assembly, so without symbols.
const string Templates = "HedgeTech.Ime.Templates";
string[] templateFiles =
[
    "ime-bot/.template.config/template.json", "ime-bot/ImeBot.csproj", "ime-bot/Program.cs",
    "ime-web/.template.config/template.json", "ime-web/ImeWeb.csproj", "ime-web/Program.cs", "ime-web/Properties/launchSettings.json",
    "ime-web/appsettings.Development.json", "ime-web/appsettings.json", "ime-web/wwwroot/index.html",
    "ime-worker/.template.config/template.json", "ime-worker/ImeWorker.csproj", "ime-worker/Program.cs", "ime-worker/Properties/launchSettings.json",
    "ime-worker/appsettings.Development.json", "ime-worker/appsettings.json",
];

// A tool package contains all its dependencies. This lists the third-party assemblies with the public key tokens of their publishers. The lock file of the tool has their versions.
const string Tool = "HedgeTech.Ime.Cli";
const string ToolFolder = "tools/net10.0/any/";
string[] toolParts = ["ime", "HedgeTech.Ime", "HedgeTech.Ime.Recording", "HedgeTech.Ime.Relay", "HedgeTech.Ime.Testing"];
const string ExtensionsToken = "adb9793829ddae60";
Dictionary<string, string> assembliesOfOthers = new()
{
    ["CommunityToolkit.HighPerformance"] = "4aff67a105548ee2",
    ["K4os.Compression.LZ4"] = "2186fa9121ef231d",
    ["Microsoft.Extensions.Configuration"] = ExtensionsToken,
    ["Microsoft.Extensions.Configuration.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.DependencyInjection"] = ExtensionsToken,
    ["Microsoft.Extensions.DependencyInjection.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.Diagnostics"] = ExtensionsToken,
    ["Microsoft.Extensions.Diagnostics.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.Diagnostics.HealthChecks"] = ExtensionsToken,
    ["Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.FileProviders.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.Hosting.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.Http"] = ExtensionsToken,
    ["Microsoft.Extensions.Logging"] = ExtensionsToken,
    ["Microsoft.Extensions.Logging.Abstractions"] = ExtensionsToken,
    ["Microsoft.Extensions.Options"] = ExtensionsToken,
    ["Microsoft.Extensions.Options.ConfigurationExtensions"] = ExtensionsToken,
    ["Microsoft.Extensions.Primitives"] = ExtensionsToken,
    ["Microsoft.IO.RecyclableMemoryStream"] = "31bf3856ad364e35",
    ["Parquet"] = "d380b3dee6d01926",
    ["Polly.Core"] = "c8a3ffc3f8f825cc",
    ["RESPite"] = "c219ff1ca8c2ce46",
    ["Snappier"] = "a1b25124e6e13a3a",
    ["Spectre.Console"] = "170fe27f8af98a30",
    ["Spectre.Console.Ansi"] = "170fe27f8af98a30",
    ["StackExchange.Redis"] = "c219ff1ca8c2ce46",
    ["System.CommandLine"] = "31bf3856ad364e35",
    ["System.IO.Hashing"] = "cc7b13ffcd2ddd51",
    ["ZstdSharp"] = "8d151af33a4ad5cf",
};

// The assemblies whose package has a different name.
Dictionary<string, string> packagesOfOthers = new() { ["Parquet"] = "Parquet.Net", ["ZstdSharp"] = "ZstdSharp.Port" };
Dictionary<string, string> centralVersions = XDocument.Load("Directory.Packages.props").Descendants("PackageVersion")
    .ToDictionary(static element => element.Attribute("Include")!.Value, static element => element.Attribute("Version")!.Value);
Dictionary<string, string> lockedVersions = JsonDocument.Parse(File.ReadAllBytes("src/HedgeTech.Ime.Cli/packages.lock.json"))
    .RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
    .Where(static package => package.Value.TryGetProperty("resolved", out _))
    .ToDictionary(static package => package.Name, static package => package.Value.GetProperty("resolved").GetString()!);

List<string> problems = [];
string folder = args[0];
string[] ids = [.. Directory.EnumerateFiles(folder, "*.nupkg").Select(Id)];
Compare("packages", expected.Keys, ids);
Compare("symbol packages", expected.Keys.Except([Templates]), Directory.EnumerateFiles(folder, "*.snupkg").Select(Id));

foreach (string path in Directory.EnumerateFiles(folder, "*.nupkg"))
{
    string id = Id(path);
    using ZipArchive package = ZipFile.OpenRead(path);
    Compare($"{id}: files", [$"{id}.nuspec", "README.md", "icon.png", .. ContentOf(id)], Files(package));

    using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
    XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
    Require(Value("license") == "MIT", $"{id}: the license is {Value("license")}, not MIT");
    Require(Value("readme") == "README.md", $"{id}: it has no README");
    Require(Value("icon") == "icon.png", $"{id}: it has no icon");
    Require(Value("description") is { Length: > 40 }, $"{id}: it has no description");
    Require(Path.GetFileName(path) == $"{id}.{Value("version")}.nupkg" && Value("version") is { } version && Regex.IsMatch(version, @"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$"), $"{id}: its version is not a semantic version");
    XElement? repository = metadata.Elements().SingleOrDefault(static element => element.Name.LocalName == "repository");
    Require(repository?.Attribute("url") is not null && repository.Attribute("commit") is { Value.Length: 40 }, $"{id}: it does not name its repository and commit");
    IEnumerable<string> dependencies = metadata.Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}");
    Compare($"{id}: dependencies", expected.GetValueOrDefault(id, []).Select(name => $"{name} {centralVersions.GetValueOrDefault(name, Value("version") ?? "")}"), dependencies);

    string readme = Encoding.UTF8.GetString(Bytes(package, "README.md"));
    Require(readme.StartsWith($"# {id}\n", StringComparison.Ordinal), $"{id}: its README belongs to another package");
    Require(Value("projectUrl") is { } page && page.StartsWith("https://", StringComparison.Ordinal) && repository?.Attribute("url")?.Value.StartsWith(page, StringComparison.Ordinal) == true, $"{id}: its projectUrl is {Value("projectUrl")}, not the page of its repository");
    Require(!Regex.IsMatch(readme, @"\]\((?!https:|#)"), $"{id}: its README has links that only work inside the repository");
    if (id == Templates)
    {
        CheckTemplates(package, metadata, Value("version"));
        continue;
    }

    foreach (string file in id == Tool ? toolParts.Select(static part => ToolFolder + part) : [$"lib/net10.0/{id}"])
    {
        CheckAssembly(id, file, package);
    }

    foreach ((string name, string token) in id == Tool ? assembliesOfOthers : [])
    {
        CheckAssemblyOfOthers(name, token, package);
    }

    string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
}

foreach (string path in Directory.EnumerateFiles(folder, "*.snupkg"))
{
    using ZipArchive package = ZipFile.OpenRead(path);
    string id = Id(path);
    Compare($"{id}: symbols", [$"{id}.nuspec", .. id == Tool ? toolParts.Select(static part => $"{ToolFolder}{part}.pdb") : [$"lib/net10.0/{id}.pdb"]], Files(package));
}

problems.ForEach(Console.Error.WriteLine);
Console.WriteLine($"{ids.Length} packages checked, {problems.Count} problems");
return problems.Count == 0 ? 0 : 1;

// Installed as templates, and made for the packages of their own version.
void CheckTemplates(ZipArchive package, XElement metadata, string? version)
{
    Require(metadata.Descendants().Any(static element => element.Name.LocalName == "packageType" && element.Attribute("name")?.Value == "Template"), $"{Templates}: it is not a package of templates");
    foreach (string project in templateFiles.Where(static file => file.EndsWith(".csproj", StringComparison.Ordinal)))
    {
        IEnumerable<string> references = XDocument.Parse(Encoding.UTF8.GetString(Bytes(package, $"content/{project}"))).Descendants("PackageReference").Select(static reference => $"{reference.Attribute("Include")!.Value} {reference.Attribute("Version")!.Value}");
        Require(references.Any() && references.All(reference => expected.ContainsKey(reference.Split(' ')[0]) && reference.EndsWith($" {version}", StringComparison.Ordinal)), $"{Templates}: {project} references {string.Join(", ", references)}, not packages of version {version}");
    }
}

// The build is deterministic, and a debugger finds every source file in the repository or in the symbols.
void CheckAssembly(string id, string file, ZipArchive package)
{
    using PEReader assembly = new(new MemoryStream(Bytes(package, $"{file}.dll")));
    DebugDirectoryEntry[] debug = [.. assembly.ReadDebugDirectory()];
    Require(debug.Any(static entry => entry.Type == DebugDirectoryEntryType.Reproducible), $"{id}: its build is not deterministic");

    using ZipArchive symbols = ZipFile.OpenRead(Directory.EnumerateFiles(folder, $"{id}.*.snupkg").Single(path => Id(path) == id));
    using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols, $"{file}.pdb")));
    MetadataReader pdb = provider.GetMetadataReader();
    Require(new BlobContentId(pdb.DebugMetadataHeader!.Id).Guid == assembly.ReadCodeViewDebugDirectoryData(debug.Single(static entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid, $"{id}: its symbols belong to another build");
    Require(Information(pdb, EntityHandle.ModuleDefinition, sourceLink) is { } link && Encoding.UTF8.GetString(pdb.GetBlobBytes(link.Value)).Contains("\"/_/*\":\"https://", StringComparison.Ordinal), $"{id}: its symbols have no Source Link");
    foreach (DocumentHandle handle in pdb.Documents)
    {
        string name = pdb.GetString(pdb.GetDocument(handle).Name);
        bool inRepository = name.StartsWith("/_/", StringComparison.Ordinal) && !name.Contains("/obj/", StringComparison.Ordinal) && File.Exists(name["/_/".Length..]);
        Require(inRepository || Information(pdb, handle, embeddedSource) is not null, $"{id}: {name} is neither in the repository nor in the symbols");
    }
}

// A third-party assembly has the name of its file, the public key of its publisher, and the version in the lock file.
void CheckAssemblyOfOthers(string name, string token, ZipArchive package)
{
    if (package.GetEntry($"{ToolFolder}{name}.dll") is null)
    {
        return; // the comparison of the files reports it as missing
    }

    using PEReader assembly = new(new MemoryStream(Bytes(package, $"{ToolFolder}{name}.dll")));
    MetadataReader reader = assembly.GetMetadataReader();
    AssemblyName found = reader.GetAssemblyDefinition().GetAssemblyName();
    string foundToken = Convert.ToHexStringLower(found.GetPublicKeyToken() ?? []);
    string? version = InformationalVersion(reader)?.Split('+')[0] ?? found.Version?.ToString();
    string? locked = lockedVersions.GetValueOrDefault(packagesOfOthers.GetValueOrDefault(name, name));
    Require(found.Name == name && foundToken == token, $"{Tool}: {name}.dll is {found.Name} with the public key token '{foundToken}', not '{token}'");
    Require(version is not null && (version == locked || version.StartsWith($"{locked}.", StringComparison.Ordinal)), $"{Tool}: {name}.dll has version {version}, the lock file has {locked}");
}

static string? InformationalVersion(MetadataReader reader)
{
    foreach (CustomAttribute attribute in reader.GetAssemblyDefinition().GetCustomAttributes().Select(reader.GetCustomAttribute))
    {
        if (attribute.Constructor.Kind == HandleKind.MemberReference
            && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
            && reader.GetString(reader.GetTypeReference((TypeReferenceHandle)parent).Name) == nameof(AssemblyInformationalVersionAttribute))
        {
            BlobReader value = reader.GetBlobReader(attribute.Value);
            value.ReadUInt16(); // the prolog of every custom attribute
            return value.ReadSerializedString();
        }
    }

    return null;
}

static CustomDebugInformation? Information(MetadataReader pdb, EntityHandle parent, Guid kind) =>
    pdb.GetCustomDebugInformation(parent).Select(pdb.GetCustomDebugInformation).Where(one => pdb.GetGuid(one.Kind) == kind).Select(static one => (CustomDebugInformation?)one).FirstOrDefault();

static byte[] Bytes(ZipArchive package, string name)
{
    using Stream content = (package.GetEntry(name) ?? throw new InvalidDataException($"{name} is not in the package.")).Open();
    using MemoryStream copy = new();
    content.CopyTo(copy);
    return copy.ToArray();
}

// Leaves out the files that the package format adds.
static IEnumerable<string> Files(ZipArchive package) =>
    package.Entries.Select(static entry => entry.FullName)
        .Where(static name => name is not ("[Content_Types].xml" or "_rels/.rels") && !Regex.IsMatch(name, "^package/services/metadata/core-properties/[0-9a-z]+[.]psmdcp$"));

IEnumerable<string> ContentOf(string id) => id switch
{
    Tool => ToolFiles(),
    Templates => templateFiles.Select(static file => $"content/{file}"),
    _ => [$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
};

IEnumerable<string> ToolFiles() =>
    ((string[])["DotnetToolSettings.xml", "ime.deps.json", "ime.runtimeconfig.json", .. toolParts.SelectMany(static part => (string[])[$"{part}.dll", $"{part}.pdb", $"{part}.xml"]), .. assembliesOfOthers.Keys.Select(static name => $"{name}.dll")])
        .Select(static name => ToolFolder + name);

// In HedgeTech.Ime.0.1.0.nupkg, the version starts at the first part that is a number.
static string Id(string path) => string.Join('.', Path.GetFileNameWithoutExtension(path).Split('.').TakeWhile(static part => !char.IsAsciiDigit(part[0])));

void Compare(string what, IEnumerable<string> wanted, IEnumerable<string> found)
{
    string[] present = [.. found];
    foreach (string missing in wanted.Except(present))
    {
        problems.Add($"{what}: {missing} is missing");
    }

    foreach (string extra in present.Except(wanted))
    {
        problems.Add($"{what}: {extra} should not be there");
    }
}

void Require(bool condition, string problem)
{
    if (!condition)
    {
        problems.Add(problem);
    }
}
