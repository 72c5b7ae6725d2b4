using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A recorder in the container.</summary>
public sealed class RecordToTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("gold")]
    public async Task The_recorder_of_a_feed_is_its_sink_and_a_service_and_is_disposed_of_with_the_container(string? name)
    {
        using TemporaryFolder folder = new();
        ServiceCollection services = new();
        ImeFeedBuilder builder = new ImeFeedBuilder(services, name).RecordTo(folder.Path, static options => options.Compress = false);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            IFeedSink sink = provider.GetKeyedServices<IFeedSink>(builder.SinkKey).Should().ContainSingle().Subject;
            MarketRecorder recorder = name is null ? provider.GetRequiredService<MarketRecorder>() : provider.GetRequiredKeyedService<MarketRecorder>(name);
            sink.Should().BeSameAs(recorder);
            recorder.Folder.Should().Be(System.IO.Path.GetFullPath(folder.Path));
        }

        await using MarketRecorder next = new(folder.Path);
        next.Folder.Should().Be(System.IO.Path.GetFullPath(folder.Path), "the first one has released it");
    }

    [Fact]
    public void A_feed_is_recorded_once_and_wrong_options_are_refused_at_the_call()
    {
        ImeFeedBuilder builder = new ImeFeedBuilder(new ServiceCollection()).RecordTo("recordings");

        builder.Invoking(static b => b.RecordTo("others")).Should().Throw<InvalidOperationException>().WithMessage("RecordTo was called for the feed without a name already*");
        builder.Invoking(static b => b.RecordTo(" ")).Should().Throw<ArgumentException>();
        new ImeFeedBuilder(builder.Services, "gold").Invoking(static b => b.RecordTo("gold", static options => options.SegmentBytes = 1)).Should().Throw<ArgumentException>().WithMessage("*SegmentBytes*");
    }
}
