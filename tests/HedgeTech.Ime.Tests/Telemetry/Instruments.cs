using System.Diagnostics.Metrics;
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
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "HedgeTech.Ime")
                {
                    found.Add(instrument);
                }
            },
        };
        listener.Start();
        return found;
    }
}
