using System.Globalization;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class ArbiterModelTests
{
    /// <summary>IME_SEED replays one random run. IME_LIVES sets the number of runs.</summary>
    [Theory]
    [InlineData(nameof(ArbiterWorld.NothingMissed))]
    [InlineData(nameof(ArbiterWorld.NothingMissedAndNoTimes))]
    [InlineData(nameof(ArbiterWorld.Missed))]
    [InlineData(nameof(ArbiterWorld.Bounded))]
    public void Each_message_is_delivered_once_and_in_order_regardless_of_faults_of_the_lines(string worldName)
    {
        ArbiterWorld world = Enum.Parse<ArbiterWorld>(worldName);
        int? replayed = Number("IME_SEED");
        int first = replayed ?? Random.Shared.Next(1_000_000_000);
        int lives = replayed is null ? Number("IME_LIVES") ?? 3000 : 1;
        long delivered = 0;
        long tooLate = 0;
        for (int i = 0; i < lives; i++)
        {
            ArbiterLife life = new(first + i, world);
            try
            {
                life.Run();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Life {i + 1} of {worldName} failed; replay with IME_SEED={first + i}.", exception);
            }

            delivered += life.Delivered;
            tooLate += life.TooLate;
        }

        TestContext.Current.SendDiagnosticMessage($"{worldName}: {delivered} delivered, {tooLate} too late");
        if (replayed is null)
        {
            delivered.Should().BeGreaterThan(lives, "the runs must deliver messages");
        }
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
