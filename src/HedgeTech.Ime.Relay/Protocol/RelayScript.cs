namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The scripts that change the log, in Lua.</summary>
internal static class RelayScript
{
    public static IReadOnlyList<string> Names { get; } = ["acquire", "check", "publish", "release", "renew"];

    public static string Text(string name)
    {
        using Stream stream = typeof(RelayScript).Assembly.GetManifestResourceStream($"{name}.lua") ?? throw new ArgumentException($"There is no script {name}.", nameof(name));
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
