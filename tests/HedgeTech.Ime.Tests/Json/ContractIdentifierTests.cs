using System.Text;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

public sealed class ContractIdentifierTests
{
    [Theory]
    [InlineData("\"276\"", "276")]
    [InlineData("276", "276")]
    [InlineData("0", "0")]
    [InlineData("-1.50e+3", "-1.50e+3")]
    [InlineData("\"\\u0053AF\"", "SAF")]
    [InlineData("\" \"", " ")]
    [InlineData("\"a\\u0000b\"", "a\0b")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\uD83D\\udcb0\"", "💰")]
    [InlineData("\"می\u200Cخرم  ي ی ك ک\"", "می\u200Cخرم  ي ی ك ک")]
    public void An_identifier_is_read_as_text_under_both_names_of_its_member(string json, string expected)
    {
        WireObject.Complete().Set("contractName", json).Read().Contract.Should().Be(new ContractKey(ContractKeyKind.Name, expected));
        WireObject.Complete().Rename("contractName", "ContractId").Set("ContractId", json).Read().Contract.Should().Be(new ContractKey(ContractKeyKind.Id, expected));
    }

    [Fact]
    public void The_name_wins_over_the_id_in_any_order()
    {
        WireObject.Complete().Add("ContractId", "\"276\"").Read().Contract.Should().Be(ContractKey.Name("SAFAB03"));
        WireObject.Complete().Insert(0, "ContractId", "276").Read().Contract.Should().Be(ContractKey.Name("SAFAB03"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("[\"SAFAB03\"]")]
    [InlineData("{\"name\":\"SAFAB03\"}")]
    [InlineData("NaN")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"x\\udc00\\ud800\"")]
    [InlineData("\"\\ud83d\\u0041\"")]
    public void If_one_identifier_is_invalid_the_other_names_the_contract(string none)
    {
        WireObject.Complete().Set("contractName", none).ReadError().Reason.Should().Be("it names no contract");
        WireObject.Complete().Set("contractName", none).Add("ContractId", none).ReadError().Reason.Should().Be("it names no contract");
        WireObject.Complete().Set("contractName", none).Add("ContractId", "276").Read().Contract.Should().Be(ContractKey.Id("276"));
    }

    [Fact]
    public void The_last_of_a_repeated_identifier_wins_even_if_it_is_invalid()
    {
        WireObject.Complete().Repeat("contractName", "\"SAFDY03\"").Read().Contract.Should().Be(ContractKey.Name("SAFDY03"));
        WireObject.Complete().Repeat("contractName", "null").ReadError().Reason.Should().Be("it names no contract");
        WireObject.Complete().Repeat("contractName", "null").Add("ContractId", "276").Read().Contract.Should().Be(ContractKey.Id("276"));
    }

    [Fact]
    public void A_name_of_any_length_is_read_in_every_dialect()
    {
        string name = string.Concat(Enumerable.Repeat("قرارداد ", 20_000));
        string escaped = string.Concat(name.Select(static character => $"\\u{(int)character:x4}"));

        WireObject.Complete().Set("contractName", $"\"{name}\"").Read().Contract.Value.Should().Be(name);
        WireObject.Complete().Set("contractName", $"\"{escaped}\"").Read().Contract.Value.Should().Be(name);
    }

    [Fact]
    public void The_string_of_a_subscribed_contract_is_shared_in_every_dialect_and_spelling()
    {
        string known = new("قرارداد 1".ToCharArray());
        SnapshotReader reader = new(TimeSpan.Zero, [ContractKey.Name(known)]);

        foreach (string json in (string[])["\"قرارداد 1\"", "\"\\u0642\\u0631\\u0627\\u0631\\u062f\\u0627\\u062f 1\""])
        {
            byte[] message = WireObject.Complete().Set("contractName", json).ToUtf8();
            reader.TryRead(message, default, default, out MarketSnapshot? snapshot, out _).Should().BeTrue();
            snapshot!.Contract.Value.Should().BeSameAs(known);
        }
    }

    [Fact]
    public void The_string_of_an_unknown_contract_is_shared_after_its_first_message()
    {
        SnapshotReader reader = new(TimeSpan.Zero, []);
        byte[] message = WireObject.Complete().Set("contractName", "276").ToUtf8();

        reader.TryRead(message, default, default, out MarketSnapshot? first, out _).Should().BeTrue();
        reader.TryRead(message, default, default, out MarketSnapshot? second, out _).Should().BeTrue();

        second!.Contract.Value.Should().BeSameAs(first!.Contract.Value);
        second.Channel.Should().BeSameAs(first.Channel);
    }

    [Fact]
    public void Strings_of_known_contracts_are_never_allocated_even_if_there_are_more_than_the_cache_of_recent_ones_holds()
    {
        ContractKey[] contracts = [.. Enumerable.Range(0, 2000).Select(static number => ContractKey.Name($"قرارداد {number}"))];
        byte[][] texts = [.. contracts.Select(static contract => Encoding.UTF8.GetBytes(contract.Value))];
        ContractStrings strings = new(contracts);
        string[] found = new string[contracts.Length];
        long allocated = 0;

        for (int round = 0; round < 3; round++)
        {
            allocated = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < texts.Length; i++)
            {
                found[i] = strings.Get(texts[i], isEscaped: false)!;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            found.Should().Equal(contracts.Select(static contract => contract.Value), static (one, other) => ReferenceEquals(one, other));
        }

        allocated.Should().Be(0);
    }

    [Fact]
    public void The_number_of_kept_strings_is_limited_regardless_of_the_names()
    {
        ContractStrings strings = new([ContractKey.Name("known")]);
        string known = strings.Get("known"u8);

        for (int i = 0; i < 100_000; i++)
        {
            strings.Get(Encoding.UTF8.GetBytes($"name {i}")).Should().Be($"name {i}");
            strings.KeptCount.Should().BeLessThanOrEqualTo(1 + ContractStrings.MaxKept);
        }

        int kept = strings.KeptCount;
        strings.Get(new byte[ContractStrings.MaxKeptBytes + 1]);
        strings.KeptCount.Should().Be(kept, "the reader does not keep a text that is longer than any name");
        strings.Get("known"u8).Should().BeSameAs(known);
    }
}
