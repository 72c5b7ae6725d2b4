namespace HedgeTech.Ime.Cli.Settings;

/// <summary>The folder <c>ime</c> in the user's configuration folder: <c>~/.config</c> or <c>XDG_CONFIG_HOME</c>, on Windows <c>%APPDATA%</c>.</summary>
internal static class UserFolder
{
    /// <summary>The file that was named by an argument or a variable, or else the one of that name in the user's folder if it exists; null if none does.</summary>
    /// <exception cref="ToolException">The named file does not exist.</exception>
    public static string? Find(string? argument, string variable, string name)
    {
        if ((argument ?? ServiceSettings.Variable(variable)) is { } named)
        {
            return File.Exists(named) ? named : throw new ToolException(ExitCode.Usage, $"The file {named} does not exist.");
        }

        string path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "ime", name);
        return File.Exists(path) ? path : null;
    }
}
