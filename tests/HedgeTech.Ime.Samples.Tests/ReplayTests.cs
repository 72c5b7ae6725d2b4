using System.Globalization;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Tests the sample that replays a recorded day.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("replay-");

    [Fact(Timeout = 120_000)]
    public async Task The_replay_sample_records_a_day_once_and_every_replay_gives_the_same_orders()
    {
        string recording = Path.Combine(_folder.FullName, "day");
        (string Summary, string Picture) first = await ReplayAsync(recording, "first.svg", TestContext.Current.CancellationToken);
        (string Summary, string Picture) second = await ReplayAsync(recording, "second.svg", TestContext.Current.CancellationToken);

        int.Parse(first.Summary.Split(' ')[0], CultureInfo.InvariantCulture).Should().BeGreaterThanOrEqualTo(400, "the recorder also gets the messages that the loop has not read");
        second.Summary.Should().Be(first.Summary);
        first.Picture.Should().StartWith("<svg ").And.Contain("fill=\"#ddd\"", "the picture shows the outage");
        second.Picture.Should().Be(first.Picture);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(string Summary, string Picture)> ReplayAsync(string recording, string name, CancellationToken cancellationToken)
    {
        string picture = Path.Combine(_folder.FullName, name);
        await using SampleProgram program = SampleProgram.Start("08-Replay", [], recording, picture);
        (int exitCode, IReadOnlyList<string> lines, string errors) = await program.EndAsync(cancellationToken);
        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        return (lines[^1].Replace(picture, "", StringComparison.Ordinal), await File.ReadAllTextAsync(picture, cancellationToken));
    }
}
