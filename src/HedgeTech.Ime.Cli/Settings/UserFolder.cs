namespace HedgeTech.Ime.Cli.Settings;

/// <summary>The folder <c>ime</c> in the user's configuration folder: <c>~/.config</c> or <c>XDG_CONFIG_HOME</c>, on Windows <c>%APPDATA%</c>.</summary>
internal static class UserFolder
{
    /// <summary>Returns the file named by an argument or a variable, otherwise the file with the given name in the user's folder if it exists; null if there is none.</summary>
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
