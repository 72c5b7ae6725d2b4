using HedgeTech.Ime.Cli.Alert;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>Programs that are run for an alert.</summary>
public sealed class AlertProgramTests : IDisposable
{
    private const string Hostile = "X'; touch pwned; $(touch pwned) `touch pwned` \"&|% \n";

    private readonly string _folder = Directory.CreateTempSubdirectory("ime alert").FullName;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];
    private readonly Crossing _crossing = Market.Book("SAFAB03 last > 100").On(Market.At(101), default).Single() with { Contract = Hostile };

    public AlertProgramTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_program_gets_the_alert_in_its_environment_and_on_its_input_and_nothing_is_interpreted()
    {
        string program = await ScriptAsync("""
            printf '%s' "$IME_ALERT_CONTRACT" > "$1/contract"
            printf '%s|%s|%s' "$IME_ALERT_AT" "$IME_ALERT_RULE" "$IME_ALERT_VALUE" > "$1/rest"
            cat > "$1/input"
            echo "done: $2"
            """);

        string? failure = await SendAsync($"\"{program}\" \"{_folder}\" \"two words\"");

        failure.Should().BeNull();
        _lines.Should().Equal("done: two words");
        Read("contract").Should().Be(Hostile);
        Read("rest").Should().Be("2025-11-15T07:00:00.000Z|SAFAB03 last > 100 reset 99.9|101");
        Read("input").Should().Be(System.Text.Encoding.UTF8.GetString(CrossingJson.Write(_crossing)) + "\n");
        Directory.EnumerateFiles(_folder, "pwned", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task A_program_that_fails_or_does_not_read_is_described()
    {
        string program = await ScriptAsync("exit 3");

        (await SendAsync($"\"{program}\"")).Should().Be("it exited with code 3");
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_described()
    {
        string file = Path.Combine(_folder, "plain.txt");
        await File.WriteAllTextAsync(file, "no program", TestContext.Current.CancellationToken);

        (await SendAsync($"\"{file}\"")).Should().Contain("ermission denied");
    }

    [Fact]
    public async Task A_program_that_hangs_is_killed()
    {
        string program = await ScriptAsync("sleep 1000");
        AlertProgram hanging = new($"\"{program}\"", _lines.Enqueue, new HurriedTime(static wait => wait == TimeSpan.FromSeconds(30)));

        (await hanging.SendAsync(_crossing, TestContext.Current.CancellationToken)).Should().Be("it did not end within 30 s, and was killed");

        while (IsRunning(program))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_program_that_leaves_a_child_with_its_output_behind_has_delivered_the_alert()
    {
        string program = await ScriptAsync("""
            sleep 1000 &
            echo $! > "$1/child"
            echo sent
            """);

        (await SendAsync($"\"{program}\" \"{_folder}\"")).Should().BeNull();

        _lines.Should().Equal("sent");
        using System.Diagnostics.Process child = System.Diagnostics.Process.GetProcessById(int.Parse(Read("child"), System.Globalization.CultureInfo.InvariantCulture));
        child.Kill();
    }

    [Fact]
    public async Task What_the_program_writes_cannot_control_the_terminal()
    {
        string program = await ScriptAsync(@"printf '\033[31mred\n'; printf '\033[31mblue\n' >&2");

        await SendAsync($"\"{program}\"");

        _lines.Should().BeEquivalentTo("·[31mred", "·[31mblue");
    }

    [Theory]
    [InlineData("", "--run is empty.")]
    [InlineData("no-such-program --flag", "--run names 'no-such-program', which does not exist.")]
    [InlineData("./no/such/program", "--run names './no/such/program', which does not exist.")]
    public void A_program_that_does_not_exist_is_noticed_before_the_first_alert(string command, string problem) =>
        AlertProgram.ProblemWith(command).Should().StartWith(problem);

    [Fact]
    public void A_program_in_the_path_is_found() => AlertProgram.ProblemWith("sh -x").Should().BeNull();

    private Task<string?> SendAsync(string command) => new AlertProgram(command, _lines.Enqueue, TimeProvider.System).SendAsync(_crossing, TestContext.Current.CancellationToken);

    private static bool IsRunning(string program) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(program, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private async Task<string> ScriptAsync(string body)
    {
        string path = Path.Combine(_folder, "a program.sh");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{body}\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
