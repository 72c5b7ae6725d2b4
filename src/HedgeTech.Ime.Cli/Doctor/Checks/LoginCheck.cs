using System.Net;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Doctor.Transport;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether the service issues a token: with the field names of the settings or, failing that, with the other known ones.</summary>
internal sealed class LoginCheck : ICheck
{
    private static readonly (string Username, string Password)[] Spellings = [("username", "password"), ("UserName_or_Email", "Password")];

    public DoctorStep Step => DoctorStep.Login;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        bool isGiven = file.Options.AccessToken is not null;
        ImeClient client = file.CreateClient();
        try
        {
            await AcceptAsync(file, client, cancellationToken);
            outcome.Summary = isGiven ? "a token was given, so no login is needed" : "a token was issued";
        }
        catch (ImeException refused)
        {
            if (isGiven || !MayBeSpelling(refused) || !await TryOtherSpellingsAsync(file, outcome, progress, cancellationToken))
            {
                Explain(file, outcome, refused, isGiven);
                outcome.Block("there is no token");
                return;
            }
        }

        Judge(file, outcome);
    }

    private static async Task AcceptAsync(CaseFile file, ImeClient client, CancellationToken cancellationToken)
    {
        file.Token = await client.GetAccessTokenAsync(cancellationToken);
        file.Client = client;
        file.Text.Hide(file.Token.Value);
    }

    // A server that expects other fields may answer like this. A wrong password may be refused in the same way, but costs no second attempt if the fields are the right ones.
    private static bool MayBeSpelling(ImeException refused) =>
        (refused as ImeAuthenticationException)?.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity;

    private static async Task<bool> TryOtherSpellingsAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        AuthenticationOptions configured = file.Options.Authentication;
        foreach ((string username, string password) in Spellings.Where(spelling => spelling.Username != configured.UsernameField || spelling.Password != configured.PasswordField))
        {
            progress.Report($"refused; trying the fields {username} and {password}");
            Action<ImeClientOptions> spell = options => (options.Authentication.UsernameField, options.Authentication.PasswordField) = (username, password);
            try
            {
                await AcceptAsync(file, file.CreateClient(spell), cancellationToken);
            }
            catch (ImeException)
            {
                continue; // the first refusal is the one that is reported
            }

            file.Correct(spell);
            outcome.Summary = "a token was issued, but with other field names than those in the settings";
            outcome.Fault(
                FaultClass.Spelling,
                $"The service does not accept the login fields {configured.UsernameField} and {configured.PasswordField}. It accepts {username} and {password}.",
                $"Set Authentication.UsernameField to \"{username}\" and Authentication.PasswordField to \"{password}\".");
            return true;
        }

        return false;
    }

    private static void Judge(CaseFile file, Outcome outcome)
    {
        Exchange? login = file.Transport.Last(RequestKind.Login);
        if (login?.Family is { } family)
        {
            outcome.Detail($"the login used {Words.Family(family)}");
        }

        if (file.Token!.ExpiresAt is not { } expiry)
        {
            outcome.Detail("the token does not say when it expires");
            return;
        }

        TimeSpan left = expiry - file.Settings.Time.GetUtcNow();
        outcome.Detail(left > TimeSpan.Zero ? $"the token is valid for {Words.Seconds(left)}" : $"by this machine's clock the token expired {Words.Seconds(left)} ago");
        if (left <= TimeSpan.Zero)
        {
            outcome.Fault(
                FaultClass.Clock,
                $"By this machine's clock, the token that was just issued expired {Words.Seconds(left)} ago, so clients renew it endlessly.",
                "Set this machine's clock: timedatectl set-ntp true, or on Windows w32tm /resync. If it is right, tell the service's operator.");
        }
    }

    private static void Explain(CaseFile file, Outcome outcome, ImeException refused, bool isGiven)
    {
        HttpStatusCode? status = (refused as ImeAuthenticationException)?.StatusCode;
        Exchange? answer = file.Transport.Last(RequestKind.Login);
        string said = (refused as ImeAuthenticationException)?.Detail is { } detail ? $" It said: \"{file.Text.Clean(detail)}\"." : "";
        string tokenPath = file.Options.Authentication.TokenPath;
        outcome.Summary = status is { } answered ? $"no token: HTTP {(int)answered}" : "no token";
        (FaultClass fault, string what, string remedy) = ((int?)status, answer) switch
        {
            (null, _) when isGiven => (FaultClass.Token, "The token that was given has expired.", "Get a new one: ime token --show, or log in with user name and password instead of a token."),
            (_, { RedirectHost: { } host }) => (FaultClass.Proxy, $"The login is redirected to {file.Text.Clean(host)}, as a captive portal or a blocking page does.", "Open any web page in a browser and sign in to the network, or try another network. If the service has moved, correct the address."),
            ( >= 300 and < 400, _) => (FaultClass.Spelling, $"The login at {tokenPath} is a redirect.", "Correct the address (--base-address) or Authentication.TokenPath."),
            (407, _) => (FaultClass.Proxy, "The proxy requires a user name and a password (407).", "Put them into the proxy's address: HTTPS_PROXY=http://user:password@host:port, percent-encoded."),
            (429, _) => (FaultClass.Service, $"The service reports too many requests (429).{said}", $"Wait{After(file)}. Let only one program use the account."),
            (408 or 425 or >= 500, _) => (FaultClass.Service, $"The service cannot log in anyone now (HTTP {(int)status!}).{said}", $"Nothing is wrong here. Try again{After(file)}. If it persists, tell the service's operator."),
            (_, { IsPage: true }) => (FaultClass.Proxy, $"The login is answered by a web page{By(answer)}, which the service never sends: a captive portal or a filter is in between.", "Open any web page in a browser and sign in to the network, or try another network."),
            (404 or 405, _) => (FaultClass.Spelling, $"There is no login at {tokenPath} (HTTP {(int)status!}).", "Check the address (--base-address). If you have set Authentication.TokenPath, it should be /auth/user/token/issue."),
            (422, _) => (FaultClass.Spelling, $"The service does not understand the login with any known names of its fields.{said}", "Ask the service's operator for the names of the two fields, and set Authentication.UsernameField and Authentication.PasswordField."),
            ( >= 200 and < 300, _) => (FaultClass.Spelling, $"The login is answered (HTTP {(int)status!}), but without a token.{said}", "Check the address (--base-address) and Authentication.TokenPath."),
            (not null, _) => (FaultClass.Login, $"The service refuses the user name and password (HTTP {(int)status!}).{said}", "Check both by logging in on the service's website. If they are right, the account may not be approved for this service yet: ask its operator."),
            _ => (FaultClass.Network, $"The login was not answered: {file.Text.Clean(refused.InnerException is OperationCanceledException ? $"not within {Words.Seconds(file.Settings.ServiceBound)}" : refused.InnerException?.GetBaseException().Message)}.", "The service can be reached, but it does not answer. Try again in a minute, then from another network. If it persists, tell the service's operator."),
        };
        outcome.Fault(fault, what, remedy);
    }

    private static string By(Exchange answer) =>
        (answer.Via ?? answer.Server) is { } who ? $" from {who}" : "";

    private static string After(CaseFile file) => file.Transport.Last(RequestKind.Login)?.RetryAfter is { } after ? $" in {Words.Seconds(after)}" : " in a few minutes";
}
