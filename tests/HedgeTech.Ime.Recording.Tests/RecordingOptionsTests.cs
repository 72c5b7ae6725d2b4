namespace HedgeTech.Ime.Recording.Tests;

public sealed class RecordingOptionsTests
{
    public static TheoryData<Action<RecordingOptions>, string> Wrong => new()
    {
        { static options => options.WriteInterval = TimeSpan.FromTicks(-1), "WriteInterval" },
        { static options => options.WriteInterval = TimeSpan.FromMinutes(2), "WriteInterval" },
        { static options => options.WriteTimeout = TimeSpan.Zero, "WriteTimeout" },
        { static options => options.FlushInterval = TimeSpan.Zero, "FlushInterval" },
        { static options => options.SegmentBytes = 1000, "SegmentBytes" },
        { static options => options.SegmentDuration = TimeSpan.FromDays(2), "SegmentDuration" },
        { static options => options.RetainFor = TimeSpan.Zero, "RetainFor" },
        { static options => options.RetainBytes = 0, "RetainBytes" },
    };

    public static TheoryData<Action<ReplayOptions>, string> WrongForReplay => new()
    {
        { static options => (options.From, options.To) = (DateTimeOffset.UnixEpoch.AddSeconds(1), DateTimeOffset.UnixEpoch), "To" },
        { static options => options.Speed = 0, "Speed" },
        { static options => options.Speed = double.NaN, "Speed" },
        { static options => options.LongestPause = TimeSpan.Zero, "LongestPause" },
    };

    [Fact]
    public void The_options_of_a_recording_have_the_documented_defaults()
    {
        RecordingOptions options = new();

        options.WriteInterval.Should().Be(TimeSpan.FromMilliseconds(10));
        options.WriteTimeout.Should().Be(TimeSpan.FromSeconds(1));
        options.FlushInterval.Should().Be(TimeSpan.FromSeconds(1));
        options.SegmentBytes.Should().Be(268_435_456);
        options.SegmentDuration.Should().Be(TimeSpan.FromHours(1));
        options.Compress.Should().BeTrue();
        options.RetainFor.Should().BeNull();
        options.RetainBytes.Should().BeNull();
        new ReplayOptions().Should().BeEquivalentTo(new { From = (DateTimeOffset?)null, To = (DateTimeOffset?)null, Speed = (double?)null, LongestPause = (TimeSpan?)null, KeepFrames = false });
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void The_exception_for_an_invalid_option_of_a_recording_names_it(Action<RecordingOptions> spoil, string name)
    {
        RecordingOptions options = new();
        spoil(options);

        FluentActions.Invoking(() => options.CopyAndValidate("options")).Should().Throw<ArgumentException>().WithMessage($"RecordingOptions.{name} must be *");
    }

    [Theory]
    [MemberData(nameof(WrongForReplay), DisableDiscoveryEnumeration = true)]
    public void The_exception_for_an_invalid_option_of_a_replay_names_it(Action<ReplayOptions> spoil, string name)
    {
        ReplayOptions options = new();
        spoil(options);

        FluentActions.Invoking(() => options.CopyAndValidate("options")).Should().Throw<ArgumentException>().WithMessage($"ReplayOptions.{name} must be *");
    }
}
