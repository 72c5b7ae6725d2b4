namespace HedgeTech.Ime.Tests.Json;

/// <summary>Tests which values a field accepts. Any other value only makes that field unavailable.</summary>
public sealed class FieldRuleTests
{
    private static readonly MarketSnapshot Complete = WireObject.Complete().Read();

    /// <summary>Every documented value on the wire, with the field that it sets.</summary>
    public static TheoryData<string, SnapshotFields> Members
    {
        get
        {
            TheoryData<string, SnapshotFields> members = new() { { "timestamp", SnapshotFields.Timestamp } };
            for (int level = 1; level <= 3; level++)
            {
                members.Add($"data.BestLimit.{level}.buy_quantity", Enum.Parse<SnapshotFields>($"BidQuantity{level}"));
                members.Add($"data.BestLimit.{level}.buy_price", Enum.Parse<SnapshotFields>($"BidPrice{level}"));
                members.Add($"data.BestLimit.{level}.sell_quantity", Enum.Parse<SnapshotFields>($"AskQuantity{level}"));
                members.Add($"data.BestLimit.{level}.sell_price", Enum.Parse<SnapshotFields>($"AskPrice{level}"));
            }

            members.Add("data.Aggregate.date", SnapshotFields.Date);
            members.Add("data.Aggregate.time", SnapshotFields.Time);
            members.Add("data.Aggregate.trade_count", SnapshotFields.TradeCount);
            members.Add("data.Aggregate.total_volume", SnapshotFields.TotalVolume);
            members.Add("data.Aggregate.total_value", SnapshotFields.TotalValue);
            members.Add("data.Aggregate.closing_price", SnapshotFields.ClosingPrice);
            members.Add("data.Aggregate.last_price", SnapshotFields.LastPrice);
            members.Add("data.Aggregate.low_price", SnapshotFields.LowPrice);
            members.Add("data.Aggregate.high_price", SnapshotFields.HighPrice);
            members.Add("data.Aggregate.open_price", SnapshotFields.OpenPrice);
            members.Add("data.Aggregate.previous_close", SnapshotFields.PreviousClose);
            members.Add("data.AllowedPriceRange.minAllowedPrice", SnapshotFields.MinAllowedPrice);
            members.Add("data.AllowedPriceRange.maxAllowedPrice", SnapshotFields.MaxAllowedPrice);
            members.Add("data.ContractInfo.open_interest", SnapshotFields.OpenInterest);
            members.Add("data.ContractInfo.open_interest_changes", SnapshotFields.OpenInterestChange);
            return members;
        }
    }

    /// <summary>Every documented section, with its fields.</summary>
    public static TheoryData<string, SnapshotFields> Sections => new()
    {
        { "data.BestLimit", FieldsUnder("data.BestLimit.") },
        { "data.BestLimit.1", FieldsUnder("data.BestLimit.1.") },
        { "data.BestLimit.2", FieldsUnder("data.BestLimit.2.") },
        { "data.BestLimit.3", FieldsUnder("data.BestLimit.3.") },
        { "data.Aggregate", FieldsUnder("data.Aggregate.") },
        { "data.AllowedPriceRange", FieldsUnder("data.AllowedPriceRange.") },
        { "data.ContractInfo", FieldsUnder("data.ContractInfo.") },
    };

    [Fact]
    public void Every_member_of_a_complete_message_sets_its_own_field()
    {
        Complete.Timestamp.Should().BeExactly(new DateTimeOffset(2025, 11, 14, 12, 0, 0, new TimeSpan(3, 30, 0)));
        ((object)Complete.BestLimit).Should().Be(new BestLimit(new(11, 1100, 12, 1200), new(21, 1090, 22, 1210), new(31, 1080, 32, 1220)));
        Complete.Aggregate.Should().Be(new Aggregate
        {
            Date = new DateOnly(2025, 11, 14),
            Time = new TimeOnly(11, 59, 58),
            TradeCount = 41,
            TotalVolume = 42,
            TotalValue = 43,
            ClosingPrice = 44.5m,
            LastPrice = 45.5m,
            LowPrice = 46.5m,
            HighPrice = 47.5m,
            OpenPrice = 48.5m,
            PreviousClose = 49.5m,
        });
        Complete.AllowedPriceRange.Should().Be(new AllowedPriceRange(51.5m, 52.5m));
        Complete.ContractInfo.Should().Be(new ContractInfo(61, -62));
        Members.Select(static row => row.Data.Item2).Distinct().Should().HaveCount(28);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_missing_value_or_one_of_another_type_makes_only_its_own_field_unavailable(string path, SnapshotFields field)
    {
        MarketSnapshot expected = WireObject.Complete().Set(path, "null").Read();

        expected.Unavailable.Should().Be(field);
        Differences(expected).Should().Be(1, "only {0} may have changed", field);
        WireObject.Complete().Remove(path).Read().Should().Be(expected);
        foreach (string value in (string[])["true", "false", "[]", "[1]", "{}", "{\"1\":1}", "NaN", "Infinity", "-Infinity", "\"NaN\"", "\"\\ud800\"", "\"null\"", "\"x\""])
        {
            WireObject.Complete().Set(path, value).Read().Should().Be(expected, "{0} is not a valid value for {1}", value, field);
            WireObject.Complete().Repeat(path, value).Read().Should().Be(expected, "the last of a repeated member wins");
        }
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void The_last_of_a_repeated_value_wins(string path, SnapshotFields field)
    {
        WireObject message = WireObject.Complete();
        string[] names = path.Split('.');
        WireObject parent = names[..^1].Aggregate(message, static (current, name) => current[name]);
        string first = field switch
        {
            SnapshotFields.Timestamp => "\"2020-01-01T00:00:00\"",
            SnapshotFields.Date => "\"2020-01-01\"",
            SnapshotFields.Time => "\"00:00:00\"",
            _ => "7",
        };

        parent.Insert(0, names[^1], first);

        message.Read().Should().Be(Complete);
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_missing_section_or_one_of_another_type_makes_only_its_own_fields_unavailable(string path, SnapshotFields fields)
    {
        MarketSnapshot expected = WireObject.Complete().Remove(path).Read();

        expected.Unavailable.Should().Be(fields);
        Differences(expected).Should().Be(int.PopCount((int)fields));
        foreach (string value in (string[])["null", "true", "0", "\"\"", "[]", "[{\"date\":\"\"}]", "{}", "NaN"])
        {
            WireObject.Complete().Set(path, value).Read().Should().Be(expected);
            WireObject.Complete().Repeat(path, value).Read().Should().Be(expected, "the last of a repeated section wins, whole");
        }
    }

    [Fact]
    public void The_last_of_a_repeated_section_replaces_the_whole_section()
    {
        WireObject second = new WireObject().Add("last_price", "1.25");
        MarketSnapshot aggregate = WireObject.Complete().Repeat("data.Aggregate", second).Read();
        aggregate.Aggregate.Should().Be(new Aggregate { LastPrice = 1.25m });
        aggregate.Unavailable.Should().Be(FieldsUnder("data.Aggregate.") & ~SnapshotFields.LastPrice);

        MarketSnapshot level = WireObject.Complete().Repeat("data.BestLimit.1", new WireObject().Add("buy_price", "7")).Read();
        level.BestLimit.Level1.Should().Be(new BestLimitLevel(0, 7, 0, 0));
        level.BestLimit.Level2.Should().Be(Complete.BestLimit.Level2);

        MarketSnapshot book = WireObject.Complete().Repeat("data.BestLimit", new WireObject().Add("2", WireObject.Level(1, 2, 3, 4))).Read();
        ((object)book.BestLimit).Should().Be(new BestLimit(default, new BestLimitLevel(1, 2, 3, 4), default));
        book.Unavailable.Should().Be(FieldsUnder("data.BestLimit.1.") | FieldsUnder("data.BestLimit.3."));

        MarketSnapshot data = WireObject.Complete().Repeat("data", new WireObject().Add("ContractInfo", new WireObject().Add("open_interest", "5"))).Read();
        data.ContractInfo.Should().Be(new ContractInfo(5, 0));
        data.Unavailable.Should().Be(FieldsUnder("data.") & ~SnapshotFields.OpenInterest);
        data.Timestamp.Should().Be(Complete.Timestamp);
    }

    [Fact]
    public void The_last_of_a_repeated_channel_or_data_decides_whether_the_message_is_a_snapshot()
    {
        WireObject.Complete().Repeat("channel", "\"IME Stream\"").Set("channel", "1").Read().Should().Be(Complete);
        WireObject.Complete().Repeat("channel", "1").ReadError().Reason.Should().Contain("the channel is a number");
        WireObject.Complete().Insert(0, "data", "null").Read().Should().Be(Complete);
        WireObject.Complete().Repeat("data", "null").ReadError().Reason.Should().Be("the data is null, not an object");
    }

    [Fact]
    public void Unknown_members_are_skipped_at_every_position()
    {
        WireObject message = WireObject.Complete();
        string[] unknown = ["{\"data\":{\"Aggregate\":{\"last_price\":1}}}", "[{\"channel\":\"x\"}]", "NaN", "\"\\ud800\\\"\"", "1e999999999", "null"];
        foreach (WireObject target in (WireObject[])[message, message["data"], message["data"]["BestLimit"], message["data"]["BestLimit"]["2"], message["data"]["Aggregate"]])
        {
            for (int i = 0; i < unknown.Length; i++)
            {
                target.Insert(i * 2 % target.Count, $"unknown{i}", unknown[i]);
            }

            target.Add("Channel", "1").Add("LAST_PRICE", "1").Add("\\ud800", "1").Add("", "1").Add("4", WireObject.Level(1, 2, 3, 4));
        }

        message.Read().Should().Be(Complete);
    }

    [Fact]
    public void Members_are_recognized_by_their_unescaped_names()
    {
        WireObject message = WireObject.Complete();
        foreach (string path in Members.Select(static row => row.Data.Item1))
        {
            message.Rename(path, Escape(path.Split('.')[^1]));
        }

        message.Rename("data.BestLimit.2", "\\u0032").Rename("data.BestLimit", "Best\\u004Cimit").Rename("data", "\\u0064ata");
        message.Rename("channel", Escape("channel")).Rename("contractName", Escape("contractName"));

        message.Read().Should().Be(Complete);

        static string Escape(string name) => string.Concat(name.Select(static character => $"\\u{(int)character:X4}"));
    }

    private static SnapshotFields FieldsUnder(string prefix) => Members
        .Where(row => row.Data.Item1.StartsWith(prefix, StringComparison.Ordinal))
        .Aggregate(SnapshotFields.None, static (fields, row) => fields | row.Data.Item2);

    /// <summary>Counts the values that differ between the texts of a snapshot and of the complete snapshot.</summary>
    private static int Differences(MarketSnapshot snapshot)
    {
        string[] Words(MarketSnapshot one) => SnapshotText.Of(one).Split("unavailable")[0].Split([' ', '\n']);
        return Words(snapshot).Zip(Words(Complete)).Count(static pair => pair.First != pair.Second);
    }
}
