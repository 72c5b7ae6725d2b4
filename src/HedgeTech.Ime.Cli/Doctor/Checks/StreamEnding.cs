namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Explains why an accepted stream has ended for good.</summary>
internal static class StreamEnding
{
    public static void Explain(CaseFile file, Outcome outcome, ImeException ended)
    {
        switch (ended)
        {
            case ImeSubscriptionRefusedException refused:
                string reason = refused.Reason is { Length: > 0 } text ? $" It said: \"{file.Text.Clean(text)}\"." : "";
                outcome.Fault(
                    FaultClass.Token,
                    $"The service ended the stream and no longer accepts the token ({(refused.HttpStatus is { } status ? $"HTTP {(int)status}" : $"close status {(int?)refused.CloseStatus}")}).{reason}",
                    "Let only one program use the account at a time. Do not use a VPN or carrier that changes this machine's address. If neither is the case, ask the service's operator how many connections the account may open.");
                break;
            case ImeAuthenticationException login:
                outcome.Fault(
                    FaultClass.Token,
                    $"The stream needed a new token and got none{(login.StatusCode is { } answered ? $" (HTTP {(int)answered})" : "")}.",
                    "Run ime doctor again to see why the login fails. A fixed token cannot be renewed: log in with user name and password.");
                break;
            default:
                outcome.Fault(FaultClass.Stream, $"The stream ended: {file.Text.Clean(ended.Message)}", "Run ime doctor again. If it happens again, try another network.");
                break;
        }
    }
}
