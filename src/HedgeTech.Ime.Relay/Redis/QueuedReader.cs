using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Passes what Redis sends to the loop of a publisher, which owns the reader.</summary>
internal sealed class QueuedReader(LogReader reader, Action<Action<TimeSpan>> post, Action<RelayRefusedException> refuse) : ILogReaderInput
{
    public void Subscribed(int request) => post(now => reader.Subscribed(request, now));

    public void Failed(int request) => post(now => reader.Failed(request, now));

    public void Refused(RelayRefusedException reason) => post(_ => refuse(reason));

    public void ConnectionLost(int subscription) => post(now => reader.ConnectionLost(subscription, now));

    public void Received(int subscription, LogEntry push) => post(now => reader.Received(subscription, push, now));

    public void Wake(bool here = false)
    {
        // The loop of the publisher wakes up by what is posted.
    }

    public void Answered(ReaderRequest request, ReaderAnswer answer) => post(now => reader.Answered(request, answer, now));
}
