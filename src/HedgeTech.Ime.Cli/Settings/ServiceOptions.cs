using System.CommandLine;

namespace HedgeTech.Ime.Cli.Settings;

/// <summary>The options of every command that connects to the service: its address, and the files for configuration and credentials.</summary>
internal sealed class ServiceOptions
{
    public Option<string?> BaseAddress { get; } = new("--base-address", "-b")
    {
        Description = "The address of the service: https, or http for this machine only, as with `ime simulate`. Default: IME_BASE_ADDRESS, or the configuration file, or https://core.hedgetech.ir.",
        HelpName = "url",
    };

    public Option<string?> Configuration { get; } = new("--config")
    {
        Description = "The configuration file (JSON, section Ime, as in appsettings.json). Default: IME_CONFIG, or ime/config.json in the user's configuration folder, if it exists.",
        HelpName = "file",
    };

    public Option<string?> Credentials { get; } = new("--credentials")
    {
        Description = "The file with the credentials (JSON: username and password, or accessToken), readable only by its owner. Default: IME_CREDENTIALS, or ime/credentials.json in the user's configuration folder, if it exists.",
        HelpName = "file",
    };

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(BaseAddress);
        command.Add(Configuration);
        command.Add(Credentials);
    }
}
