using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>The instruments that there are.</summary>
internal static class Instruments
{
    public static IReadOnlyCollection<Instrument> All { get; } = Find();

    private static List<Instrument> Find()
    {
        List<Instrument> found = [];
        _ = ClientMeter.Of(null); // makes those that are observed
        _ = ImeMeter.Outages; // and those that are recorded
        RuntimeHelpers.RunClassConstructor(typeof(MarketRecorder).Assembly.GetType("HedgeTech.Ime.Recording.Hosting.RecorderMeter", throwOnError: true)!.TypeHandle);
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is "HedgeTech.Ime" or "HedgeTech.Ime.Recording")
                {
                    found.Add(instrument);
                }
            },
        };
        listener.Start();
        return found;
    }
}
