#:property RestorePackagesWithLockFile=false
#:property RestoreLockedMode=false
#:property PublishAot=false
#:property NoWarn=$(NoWarn);CS1591

// dotnet run --file .ci/PackageContents.cs -- FOLDER
// Checks that the folder holds the packages that are meant to be published, and each of them what it should and nothing else.
using System.IO.Compression;
using System.Xml.Linq;

Dictionary<string, string[]> expected = new()
{
    ["HedgeTech.Ime"] = ["Microsoft.Extensions.Http", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core"],
    ["HedgeTech.Ime.Cli"] = [],
    ["HedgeTech.Ime.Hosting"] = ["HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions"],
    ["HedgeTech.Ime.Testing"] = ["HedgeTech.Ime"],
};

// A tool brings all that it needs. What comes from others is not listed.
const string Tool = "HedgeTech.Ime.Cli";
const string ToolFolder = "tools/net10.0/any/";
string[] toolParts = ["ime", "HedgeTech.Ime", "HedgeTech.Ime.Testing"];

List<string> problems = [];
string folder = args[0];
string[] ids = [.. Directory.EnumerateFiles(folder, "*.nupkg").Select(Id)];
Compare("packages", expected.Keys, ids);
Compare("symbol packages", expected.Keys, Directory.EnumerateFiles(folder, "*.snupkg").Select(Id));

foreach (string path in Directory.EnumerateFiles(folder, "*.nupkg"))
{
    string id = Id(path);
    using ZipArchive package = ZipFile.OpenRead(path);
    Compare($"{id}: files", [$"{id}.nuspec", "README.md", .. id == Tool ? ToolFiles() : [$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"]], Files(package));

    using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
    XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
    Require(Value("license") == "MIT", $"{id}: the licence is {Value("license")}, not MIT");
    Require(Value("readme") == "README.md", $"{id}: it has no README");
    Require(Value("description") is { Length: > 40 }, $"{id}: it has no description");
    string[] dependencies = [.. metadata.Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value)];
    Require(dependencies.All(expected.GetValueOrDefault(id, []).Contains), $"{id}: it depends on {string.Join(", ", dependencies)}");

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

// What the package format itself adds is not listed.
static IEnumerable<string> Files(ZipArchive package) =>
    package.Entries.Select(static entry => entry.FullName).Where(static name => name is not ("[Content_Types].xml" or "_rels/.rels") && !name.StartsWith("package/", StringComparison.Ordinal) && !IsOfOthers(name));

static bool IsOfOthers(string name) =>
    name.StartsWith(ToolFolder, StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal)
    && ((string[])["Microsoft.Extensions.", "Polly.", "Spectre.", "System."]).Any(name[ToolFolder.Length..].StartsWith);

IEnumerable<string> ToolFiles() =>
    ((string[])["DotnetToolSettings.xml", "ime.deps.json", "ime.runtimeconfig.json", .. toolParts.SelectMany(static part => (string[])[$"{part}.dll", $"{part}.pdb", $"{part}.xml"])])
        .Select(static name => ToolFolder + name);

// HedgeTech.Ime.0.1.0.nupkg: the version begins with the first part that is a number.
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
