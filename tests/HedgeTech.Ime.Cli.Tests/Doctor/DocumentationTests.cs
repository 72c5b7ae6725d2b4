using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>The documentation of the exit codes agrees with the code.</summary>
public sealed class DocumentationTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root(), "docs", "how-to", "troubleshoot.md"));

    [Fact]
    public void The_documentation_lists_every_class_of_fault_with_its_exit_code_and_no_other_code()
    {
        Lines.Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(line[2])).Select(static line => string.Join('|', line.Split('|').Skip(1).Take(2).Select(static cell => cell.Trim())))
            .Should().Equal(["0|no fault", .. Enum.GetValues<FaultClass>().Select(static fault => $"{(int)fault}|{Titles.Of(fault)}"), "130|ended"]);
    }

    [Fact]
    public void Every_class_of_fault_has_a_row_with_its_symptom_and_its_remedy() =>
        Lines.Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(static line => line.Split('|').Skip(1).Take(1)).Select(static cell => cell.Trim())
            .Should().Contain(Enum.GetValues<FaultClass>().Select(Titles.Of));

    [Fact]
    public void Every_step_of_the_doctor_is_documented_in_order() =>
        Lines.Where(static line => line.Length > 3 && char.IsAsciiDigit(line[0]) && line[1] == '.').Select(static line => line.Split("**")[1])
            .Should().Equal(Enum.GetValues<DoctorStep>().Select(Titles.Of));

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "HedgeTech.Ime.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
