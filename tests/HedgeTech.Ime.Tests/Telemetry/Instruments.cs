using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>Lists all instruments of the packages.</summary>
internal static class Instruments
{
    public static IReadOnlyCollection<Instrument> All { get; } = Find();

    private static List<Instrument> Find()
    {
        List<Instrument> found = [];
        _ = ClientMeter.Of(null); // creates the observable instruments
        _ = ImeMeter.Outages; // creates the other instruments
        RuntimeHelpers.RunClassConstructor(typeof(MarketRecorder).Assembly.GetType("HedgeTech.Ime.Recording.Hosting.RecorderMeter", throwOnError: true)!.TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(RelaySource).Assembly.GetType("HedgeTech.Ime.Relay.Telemetry.RelayMeter", throwOnError: true)!.TypeHandle);
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is "HedgeTech.Ime" or "HedgeTech.Ime.Recording" or "HedgeTech.Ime.Relay")
                {
                    found.Add(instrument);
                }
            },
        };
        listener.Start();
        return found;
    }
}
