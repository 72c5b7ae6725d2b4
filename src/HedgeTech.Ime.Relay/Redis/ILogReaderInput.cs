using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Gives a reader what Redis sends, one call at a time: under a lock for a source, in a queue for a publisher.</summary>
internal interface ILogReaderInput
{
    void Subscribed(int request);

    void Failed(int request);

    /// <summary>Trying again does not help.</summary>
    void Refused(RelayRefusedException reason);

    void ConnectionLost(int subscription);

    void Received(int subscription, LogEntry push);

    void Answered(ReaderRequest request, ReaderAnswer answer);
}
