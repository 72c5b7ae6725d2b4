using System.Diagnostics;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Relay;

/// <summary>Where a relay is in Redis, and how it behaves. <c>RelayPublisher</c> and <c>RelaySource</c> copy and check these options.</summary>
/// <remarks>Not thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RelayOptions
{
    /// <summary>The Redis servers, as <c>StackExchange.Redis</c> takes them: <c>host:port,password=…,ssl=true</c>. May hold a password, so keep it out of logs and command lines.</summary>
    /// <value><c>localhost:6379</c>.</value>
    public string Configuration { get; set; } = "localhost:6379";

    /// <summary>The name of the relay. Publishers and readers of one feed use the same name, and each set of contracts needs its own. It is part of every key.</summary>
    /// <value><c>ime</c>. 1 to 64 letters, digits, and <c>.</c>, <c>_</c> or <c>-</c>.</value>
    public string Name { get; set; } = "ime";

    /// <summary>How long the lease of a leader lasts if it is not renewed. A ready standby takes over about this long after the leader fails. All publishers of a relay use the same value.</summary>
    /// <value>2 seconds. From 100 milliseconds to 1 minute.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long messages stay in Redis for readers that lag.</summary>
    /// <value>10 minutes. From 1 second to 1 day.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>About how many bytes the messages may take in Redis. Beyond that, the oldest are removed before <see cref="Retention"/> is over.</summary>
    /// <value>256 MiB. From 4 MiB to 1 TiB.</value>
    public long RetentionBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Whether a standby keeps its own connection to the service, so that a takeover leaves no gap. The account must allow two connections. All publishers of a relay use the same value.</summary>
    /// <value>False.</value>
    public bool HotStandby { get; set; }

    /// <summary>Where a source starts, by the time of Redis; null to start with the newest message of each contract. Messages older than <see cref="Retention"/> are gone.</summary>
    /// <value>Null.</value>
    public DateTimeOffset? From { get; set; }

    /// <summary>The offset from UTC of timestamps that have none. A source needs the <see cref="ImeClientOptions.TimestampOffset"/> of the publisher's client, which Redis does not hold.</summary>
    /// <value>+03:30, Tehran. Whole minutes, from -14 to +14 hours.</value>
    public TimeSpan TimestampOffset { get; set; } = Tehran.Offset;

    /// <summary>One line without the configuration, which may hold a password.</summary>
    public override string ToString() => FormattableString.Invariant($"relay {Name}, lease {LeaseDuration}, retention {Retention} or {RetentionBytes} bytes{(HotStandby ? ", hot standby" : "")}");

    /// <exception cref="ArgumentException">An option is wrong. <see cref="ArgumentException.ParamName"/> is its name.</exception>
    internal RelayOptions CopyAndValidate()
    {
        RelayOptions copy = (RelayOptions)MemberwiseClone();
        Require(!string.IsNullOrWhiteSpace(copy.Configuration), nameof(Configuration), "a configuration of StackExchange.Redis, such as 'localhost:6379'");
        Require(copy.Name is { Length: >= 1 and <= 64 } && copy.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'), nameof(Name), "1 to 64 letters, digits, '.', '_' or '-', because it becomes part of the keys");
        Require(copy.LeaseDuration >= TimeSpan.FromMilliseconds(100) && copy.LeaseDuration <= TimeSpan.FromMinutes(1), nameof(LeaseDuration), "from 100 milliseconds to 1 minute");
        Require(copy.Retention >= TimeSpan.FromSeconds(1) && copy.Retention <= TimeSpan.FromDays(1), nameof(Retention), "from 1 second to 1 day");
        Require(copy.RetentionBytes is >= 4L * 1024 * 1024 and <= 1L << 40, nameof(RetentionBytes), "from 4 MiB to 1 TiB");
        Require(copy.TimestampOffset >= TimeSpan.FromHours(-14) && copy.TimestampOffset <= TimeSpan.FromHours(14) && copy.TimestampOffset.Ticks % TimeSpan.TicksPerMinute == 0, nameof(TimestampOffset), "whole minutes, from -14 to +14 hours");
        return copy;

        void Require(bool holds, string name, string bounds)
        {
            if (!holds)
            {
                throw Wrong(name, $"must be {bounds}");
            }
        }
    }

    internal static ArgumentException Wrong(string option, string what) => new($"{nameof(RelayOptions)}.{option} {what}.", option);
}
