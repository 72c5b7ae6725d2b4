using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Output;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Runs an examination in this process, and keeps its output in every form. Checks for each examination that it ends in time, sends few logins and shows no secret.</summary>
internal sealed class Examined
{
    /// <summary>The time within which the doctor must name each fault.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    private Examined(DoctorReport report, string text)
    {
        Report = report;
        Text = text;
    }

    public DoctorReport Report { get; }

    /// <summary>The whole output: for a terminal, for a pipe, as a summary and as JSON.</summary>
    public string Text { get; }

    /// <summary>The fault. Fails the test unless there is exactly one.</summary>
    public Finding OnlyFault => Report.Faults.Should().ContainSingle(Text).Subject;

    public StepReport this[DoctorStep step] => Report.Steps.Single(report => report.Step == step);

    public StepReport First => Report.Steps.First(static step => step.State == StepState.Failed);

    public static Task<ImeSimulator> SimulateAsync(ImeSimulatorOptions? options = null, TimeProvider? time = null) =>
        ImeSimulator.StartAsync(options, time, TestContext.Current.CancellationToken);

    /// <summary>Examines a simulator, with its own user name and password.</summary>
    public static Task<Examined> OfAsync(ImeSimulator simulator, ContractSet? contracts, Action<ImeClientOptions>? configure = null, Func<DoctorSettings, DoctorSettings>? change = null) =>
        OfAsync(
            options =>
            {
                options.BaseAddress = simulator.BaseAddress;
                options.Username = simulator.Username;
                options.Password = simulator.Password;
                configure?.Invoke(options);
            },
            contracts,
            change,
            simulator);

    /// <summary>Examines the service that the options name.</summary>
    public static async Task<Examined> OfAsync(Action<ImeClientOptions> configure, ContractSet? contracts, Func<DoctorSettings, DoctorSettings>? change = null, ImeSimulator? simulator = null)
    {
        DoctorSettings settings = new()
        {
            AddClient = services => services.AddImeClient(configure),
            Contracts = contracts,
            StreamFor = TimeSpan.FromSeconds(2),
        };
        settings = change?.Invoke(settings) ?? settings;
        using StringWriter plain = new();
        using StringWriter screen = new();
        using TerminalOutput terminal = new(Terminal(screen), TimeProvider.System);
        long start = TimeProvider.System.GetTimestamp();
        DoctorReport report = await Examination.RunAsync(settings, new Both(new PlainOutput(plain), terminal), TestContext.Current.CancellationToken);
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);

        string text = $"{plain}\n{screen}\n{string.Join('\n', PlainReport.Summary(report))}\n{JsonReport.Write(report)}";
        TestContext.Current.TestOutputHelper?.WriteLine(plain.ToString());
        ImeClientOptions options = new();
        configure(options);
        IEnumerable<string?> secrets = [options.Username, options.Password, options.AccessToken, .. simulator?.Logins.Select(static login => login.Token) ?? []];
        text.Should().NotContainAny(secrets.OfType<string>(), "no output may contain a secret");
        report.Logins.Should().BeLessThanOrEqualTo(5, "the doctor must send few logins");
        simulator?.Logins.Should().HaveCountLessThanOrEqualTo(5);
        if (report.Faults.Any() && settings.StreamFor < TimeSpan.FromSeconds(10))
        {
            elapsed.Should().BeLessThan(Bound, "the doctor must name a fault in time");
        }

        return new Examined(report, text);
    }

    private static IAnsiConsole Terminal(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 100;
        return console;
    }

    private sealed class Both(params IDoctorOutput[] outputs) : IDoctorOutput
    {
        public void Begin(string address) => Array.ForEach(outputs, output => output.Begin(address));

        public void BeginStep(DoctorStep step) => Array.ForEach(outputs, output => output.BeginStep(step));

        public void Note(string text) => Array.ForEach(outputs, output => output.Note(text));

        public void EndStep(StepReport report) => Array.ForEach(outputs, output => output.EndStep(report));

        public void End(DoctorReport report) => Array.ForEach(outputs, output => output.End(report));
    }
}
