using System.Buffers.Binary;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A second implementation of the scripts on a model of Redis. A test compares it with the scripts on a real Redis, call by call.</summary>
internal sealed class ModelRedis
{
    private const double Mebibyte = 1024 * 1024;

    private readonly List<Stored> _entries = [];
    private readonly Dictionary<ushort, byte[]> _last = [];
    private readonly Queue<(long Milliseconds, long Number)> _points = new();
    private long _leaderUntil;
    private double _bytes;

    private readonly record struct Stored(long Number, long Milliseconds, byte[] Header, byte[] Data);

    public Term Leader { get; private set; }

    public ulong Owner { get; private set; }

    public LogTop? Top { get; private set; }

    public string Contracts { get; private set; } = "";

    public int Count => _entries.Count;

    public IEnumerable<(ushort Contract, byte[] Value)> Last => _last.OrderBy(static last => last.Key).Select(static last => (last.Key, last.Value));

    public IEnumerable<LogEntry> Entries => _entries.Select(static entry => LogEntry.Read(entry.Number, entry.Milliseconds, entry.Header, entry.Data)!);

    /// <summary>The number of bytes for which the script counts a point. A small value lets a test reach trimming without a MiB of messages.</summary>
    public double BytesPerPoint { get; init; } = Mebibyte;

    public ModelRedis Clone()
    {
        ModelRedis clone = new() { Leader = Leader, Owner = Owner, Top = Top, Contracts = Contracts, BytesPerPoint = BytesPerPoint };
        clone._entries.AddRange(_entries);
        foreach ((ushort contract, byte[] value) in _last)
        {
            clone._last.Add(contract, value);
        }

        foreach ((long, long) point in _points)
        {
            clone._points.Enqueue(point);
        }

        (clone._leaderUntil, clone._bytes) = (_leaderUntil, _bytes);
        return clone;
    }

    /// <summary>Runs a script at a given time of the clock of Redis, in ms.</summary>
    public ScriptAnswer Run(ScriptRequest request, RelaySettings settings, long now, Action<byte[]>? push = null)
    {
        if (Leader != Term.None && now >= _leaderUntil)
        {
            Leader = Term.None;
        }

        return request switch
        {
            AcquireRequest acquire => Acquire(acquire, settings, now, push),
            PublishRequest publish => Publish(publish, settings, now, push),
            RenewRequest renew => Renew(renew, settings, now, push),
            ReleaseRequest release => Release(release),
            _ => throw new ArgumentException("unknown", nameof(request)),
        };
    }

    public ReaderAnswer Read(ReaderRequest request, int page)
    {
        List<LogEntry> entries = [];
        if (request.Kind != ReaderRequestKind.Snapshot)
        {
            foreach (Stored entry in _entries)
            {
                if ((entry.Milliseconds, entry.Number).CompareTo((request.After.Milliseconds, request.After.Number)) > 0)
                {
                    entries.Add(LogEntry.Read(entry.Number, entry.Milliseconds, entry.Header, entry.Data)!);
                    if (entries.Count == page)
                    {
                        break;
                    }
                }
            }
        }

        return new ReaderAnswer(Top, entries, request.Kind == ReaderRequestKind.Range ? [] : [.. Last.Select(static last => LastValue.Read(last.Contract, last.Value)!.Value)]);
    }

    /// <summary>Removes the oldest entries, as retention does.</summary>
    public void Trim(int count) => _entries.RemoveRange(0, Math.Min(count, _entries.Count));

    private ScriptAnswer Acquire(AcquireRequest request, RelaySettings settings, long now, Action<byte[]>? push)
    {
        if (Top is not null && Contracts != settings.Contracts)
        {
            return new ScriptAnswer(ScriptStatus.Contracts, Detail: Contracts);
        }

        LogPosition top = Top?.Position ?? default;
        if (Leader != Term.None && !(top.Term == Leader && Owner == request.Owner))
        {
            return new ScriptAnswer(ScriptStatus.Taken, top.Number, top.Milliseconds, new LogPosition(top.Term, 0, 0));
        }

        if (request.Take == Take.Nothing || (request.Take == Take.ExistingLog && Top is null))
        {
            return new ScriptAnswer(Top is null ? ScriptStatus.Empty : ScriptStatus.Free, top.Number, top.Milliseconds, new LogPosition(top.Term, 0, 0));
        }

        if (Top is null)
        {
            _entries.Clear();
            _last.Clear();
            _points.Clear();
            _bytes = 0;
            Contracts = settings.Contracts;
        }

        string open = Top?.Open ?? OpenInterruptions.None;
        LogPosition position = new(request.Term, top.Number + 1, Math.Max(now, top.Milliseconds));
        byte[] header = new byte[2 + Term.Length + Term.Length + 8];
        (header[0], header[1]) = (1, 2);
        request.Term.Write(header.AsSpan(2));
        top.Term.Write(header.AsSpan(2 + Term.Length));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(^8), top.Number);
        _entries.Add(new Stored(position.Number, position.Milliseconds, header, []));
        Top = new LogTop(position, Top?.Feed ?? default, Top is not null && request.Confirmed > top.Number ? position.Number : Top?.WholeSince ?? 0, open);
        Owner = request.Owner;
        Lease(request.Term, settings, now);
        push?.Invoke(Push(position, header, []));
        return new ScriptAnswer(ScriptStatus.Ok, position.Number, position.Milliseconds, top, Open: open);
    }

    private ScriptAnswer Publish(PublishRequest request, RelaySettings settings, long now, Action<byte[]>? push)
    {
        LogPosition top = Top?.Position ?? default;
        ScriptStatus status = Leader != request.Term ? ScriptStatus.Lost
            : top.Term != request.Term ? ScriptStatus.Fenced
            : request.Number <= top.Number ? ScriptStatus.Done
            : request.Number > top.Number + 1 ? ScriptStatus.Hole
            : ScriptStatus.Ok;
        if (status != ScriptStatus.Ok)
        {
            return new ScriptAnswer(status, top.Number, top.Milliseconds);
        }

        LogPosition position = new(request.Term, request.Number, Math.Max(now, top.Milliseconds));
        byte[] header = request.Header();
        byte[] data = request.Data();
        Expire(position.Milliseconds - (long)settings.Retention.TotalMilliseconds);
        _entries.Add(new Stored(position.Number, position.Milliseconds, header, data));
        foreach ((ushort contract, byte[] prefix, int offset, int length) in request.Newest())
        {
            _last[contract] = [.. prefix, .. data.AsSpan(offset, length)];
        }

        _bytes = Math.Round(_bytes) + (1.35 * (header.Length + data.Length)) + 64;
        if (_bytes >= BytesPerPoint)
        {
            _bytes = 0;
            _points.Enqueue((position.Milliseconds, position.Number));
            while (_points.Count > settings.RetentionBytes / Mebibyte)
            {
                (long, long) oldest = _points.Dequeue();
                _entries.RemoveAll(entry => (entry.Milliseconds, entry.Number).CompareTo(oldest) < 0);
            }
        }

        LogTop before = Top!.Value;
        FeedPosition known = before.Feed.Session == request.Before.Session ? before.Feed : default;
        bool isWhole = request.Before.Messages <= known.Messages && request.After.Events <= known.Events;
        Top = new LogTop(position, request.After, isWhole ? before.WholeSince : position.Number, request.Open.Length > 0 ? request.Open : before.Open);
        push?.Invoke(Push(position, header, data));
        return new ScriptAnswer(ScriptStatus.Ok, position.Number, position.Milliseconds);
    }

    private ScriptAnswer Renew(RenewRequest request, RelaySettings settings, long now, Action<byte[]>? push)
    {
        LogPosition top = Top?.Position ?? default;
        ScriptStatus status = Leader != Term.None && Leader != request.Term ? ScriptStatus.Lost
            : Top is null ? ScriptStatus.Empty
            : top.Term != request.Term ? (Leader == Term.None ? ScriptStatus.Lost : ScriptStatus.Fenced)
            : top.Number < request.Confirmed ? ScriptStatus.Hole
            : ScriptStatus.Ok;
        if (status == ScriptStatus.Ok)
        {
            bool isComplete = request.IsComplete && Leader == request.Term && top.Number == request.Confirmed;
            Lease(request.Term, settings, now);
            Expire(Math.Max(now, top.Milliseconds) - (long)settings.Retention.TotalMilliseconds);
            byte[] header = new byte[2 + Term.Length + 1];
            (header[0], header[1], header[^1]) = (1, 3, isComplete ? (byte)1 : (byte)0);
            request.Term.Write(header.AsSpan(2));
            push?.Invoke(Push(top, header, []));
        }

        return new ScriptAnswer(status, top.Number, top.Milliseconds);
    }

    private ScriptAnswer Release(ReleaseRequest request)
    {
        if (Leader != request.Term)
        {
            return new ScriptAnswer(ScriptStatus.Lost);
        }

        Leader = Term.None;
        return new ScriptAnswer(ScriptStatus.Ok);
    }

    private void Lease(Term term, RelaySettings settings, long now)
    {
        Leader = term;
        _leaderUntil = now + (long)settings.Lease.TotalMilliseconds;
    }

    private void Expire(long before)
    {
        int count = 0;
        while (count < _entries.Count && _entries[count].Milliseconds < before)
        {
            count++;
        }

        _entries.RemoveRange(0, count);
    }

    private static byte[] Push(LogPosition position, byte[] header, byte[] data)
    {
        byte[] push = new byte[20 + header.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(push, position.Number);
        BinaryPrimitives.WriteInt64LittleEndian(push.AsSpan(8), position.Milliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(push.AsSpan(16), header.Length);
        header.CopyTo(push, 20);
        data.CopyTo(push, 20 + header.Length);
        return push;
    }
}
