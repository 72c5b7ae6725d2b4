using System.CommandLine;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary><c>ime alert</c>: tells when a rule comes true.</summary>
internal static class AlertCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Argument<string[]> rules = new("rule")
        {
            Description = $"What to wait for, each in quotes: {RuleParser.Forms}. The fields are {AlertField.Names}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> file = new("--rules") { Description = "A file with more rules, one a line. Lines that begin with # are comments.", HelpName = "file" };
        Option<bool> byId = new("--id") { Description = "The contracts are ids." };
        Option<bool> json = new("--json") { Description = "Write each alert as one JSON object per line." };
        Option<string?> webhook = new("--webhook")
        {
            Description = "Also post each alert as JSON to this URL. Default: IME_WEBHOOK, or webhook in the credentials file, where a URL that contains a secret belongs.",
            HelpName = "url",
        };
        Option<string?> run = new("--run")
        {
            Description = "Also run this program for each alert, without a shell. It gets the alert as JSON on standard input, and in the environment (IME_ALERT_TEXT and others).",
            HelpName = "program",
        };
        Command command = new("alert", "Report when a rule is met: a value crosses a number, a contract falls silent, or messages may be missing.") { rules, file, byId, json, webhook, run };
        RelayArguments relay = RelayArguments.ForReading(command);
        service.AddTo(command);
        command.Validators.Add(parsed =>
        {
            string[] given = parsed.GetValue(rules) ?? [];
            if (given.Length == 0 && parsed.GetValue(file) is null)
            {
                parsed.AddError("RULE is missing: 'ime alert \"SAFAB03 last > 800000\"', or a file with --rules.");
            }

            foreach (string problem in RuleTexts.ProblemsWith(given, Kind(parsed.GetValue(byId))))
            {
                parsed.AddError(problem);
            }

            if (parsed.GetValue(webhook) is { } url && WebhookAddress.ProblemWith(url) is { } wrongUrl)
            {
                parsed.AddError(wrongUrl);
            }

            if (parsed.GetValue(run) is { } program && AlertProgram.ProblemWith(program) is { } wrongProgram)
            {
                parsed.AddError(wrongProgram);
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Notices notices = new(Console.Error, TimeProvider.System);
            IReadOnlyList<AlertRule> all = await RuleTexts.ReadAsync(parsed.GetValue(rules) ?? [], parsed.GetValue(file), Kind(parsed.GetValue(byId)), cancellationToken);
            RuleBook book = new(all);
            Uri? address = WebhookAddress.Find(parsed.GetValue(webhook), parsed.GetValue(service.Credentials));
            if (parsed.GetValue(relay.Server) is not null)
            {
                RelayOptions where = relay.Read(parsed, service);
                Announce(all, notices);
                if (all.Any(static rule => rule is SilenceRule))
                {
                    notices.Warn("with --relay, Feed.TradingHours is not read, so silence counts when the market is closed too");
                }

                return (int)await RelayArguments.RunAsync(async () =>
                {
                    await using RelaySource source = RelayArguments.CreateSource(where, notices.Add);
                    return await RunAsync(book, stop => WatchedEvents.StreamAsync(source, book.Contracts, stop), null);
                });
            }

            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            options.Feed.Delivery = FeedDelivery.EverySnapshot; // a price that crosses and comes back is a crossing too
            Announce(all, notices);
            await using ImeClient client = new(options);
            return (int)await RunAsync(book, stop => client.StreamEventsAsync(book.Contracts, stop), options.Feed.TradingHours);

            async Task<ExitCode> RunAsync(RuleBook book, Func<CancellationToken, IAsyncEnumerable<FeedEvent>> read, TradingHours? hours)
            {
                using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                Stream standardOutput = StandardOutput.Open();
                using AlertLines lines = parsed.GetValue(json) ? AlertLines.Json(standardOutput, ending.Cancel) : AlertLines.Plain(standardOutput, Names(), ending.Cancel);
                using Webhook? hook = address is null ? null : new Webhook(address, notices.Warn, TimeProvider.System);
                AlertProgram? program = parsed.GetValue(run) is { } command ? new AlertProgram(command, notices.Add, TimeProvider.System) : null;
                IAlertOutput[] elsewhere = [.. ((IEnumerable<IAlertOutput?>)[hook, program]).OfType<IAlertOutput>()];
                foreach (IAlertOutput output in elsewhere)
                {
                    notices.Warn($"alerts go to {output.Name}");
                }

                Delivery[] deliveries = [.. elsewhere.Prepend(lines).Select(to => new Delivery(to, notices.Warn))];
                return await new AlertRun(book, deliveries, notices.Add, hours, TimeProvider.System).RunAsync(read, ending.Token);
            }
        });
        return command;
    }

    private static ContractKeyKind Kind(bool isId) => isId ? ContractKeyKind.Id : ContractKeyKind.Name;

    private static NameForm Names() => Console.IsOutputRedirected ? NameForm.Verbatim : RightToLeft.Auto.ToNameForm(ServiceSettings.Variable, OperatingSystem.IsWindows());

    private static void Announce(IReadOnlyList<AlertRule> rules, Notices notices)
    {
        foreach (AlertRule rule in rules)
        {
            notices.Warn($"waiting for {rule}");
        }
    }
}
