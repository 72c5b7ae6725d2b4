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

    /// <summary>Ends the wait of a consumer: something has come, or it is time to look.</summary>
    /// <param name="here">Whether the consumer goes on in this call, which saves a change of thread. Otherwise it goes on on the thread pool.</param>
    void Wake(bool here = false);

    void Answered(ReaderRequest request, ReaderAnswer answer);
}
