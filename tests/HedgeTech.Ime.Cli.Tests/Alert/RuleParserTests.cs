using HedgeTech.Ime.Cli.Alert;

namespace HedgeTech.Ime.Cli.Tests.Alert;

public sealed class RuleParserTests
{
    [Theory]
    [InlineData("SAFAB03 last > 800000 reset 799000", "SAFAB03 last > 800000 reset 799000")]
    [InlineData("SAFAB03 last > 800000", "SAFAB03 last > 800000 reset 799200")]
    [InlineData("SAFAB03 last < 800,000.5", "SAFAB03 last < 800000.5 reset 800800.5005")]
    [InlineData("  SAFAB03   LAST>=800000  RESET 800000 ", "SAFAB03 last >= 800000 reset 800000")]
    [InlineData("SAFAB03 change%<=-2", "SAFAB03 change% <= -2 reset -1.8")]
    [InlineData("SAFAB03 change > -2", "SAFAB03 change > -2 reset -2.2")]
    [InlineData("SAFAB03 spread% > 0.5", "SAFAB03 spread% > 0.5 reset 0.45")]
    [InlineData("SAFAB03 spread > 0 reset 0", "SAFAB03 spread > 0 reset 0")]
    [InlineData("SAFAB03 volume > 0", "SAFAB03 volume > 0 reset 0")]
    [InlineData("SAFAB03 open interest > 1000", "SAFAB03 open-interest > 1000 reset 999")]
    [InlineData("SAFAB03 open interest change < +5 reset 6", "SAFAB03 open-interest-change < 5 reset 6")]
    [InlineData("A > B last > 5 reset 4", "A > B last > 5 reset 4")]
    [InlineData("silent silent 1.5m", "silent silent 90s")]
    [InlineData("gap gap", "gap gap")]
    [InlineData("last last > 5", "last last > 5 reset 4.995")]
    [InlineData("گواهی سپرده  پیوسته شمش طلای +995 gap", "گواهی سپرده  پیوسته شمش طلای +995 gap")]
    [InlineData("قرارداد آتی زعفران نگین تحویل دی ماه 1403 last > 800000", "قرارداد آتی زعفران نگین تحویل دی ماه 1403 last > 800000 reset 799200")]
    public void A_rule_is_read_from_its_end_and_has_a_way_back(string text, string rule)
    {
        AlertRule? read = RuleParser.TryParse(text, ContractKeyKind.Name, out string problem);

        problem.Should().BeEmpty();
        read!.ToString().Should().Be(rule);
        RuleParser.TryParse(rule, ContractKeyKind.Name, out _).Should().Be(read, "what it shows can be read again");
    }

    [Theory]
    [InlineData("SAFAB03 lats > 800000", "'lats' is not a field. Did you mean 'last'? The fields are last, bid, ask, ")]
    [InlineData("SAFAB03 > 800000", "'SAFAB03' is not a field. The fields are ")]
    [InlineData("last > 800000", "it has no contract. The contract comes first: 'SAFAB03 last > 800000'.")]
    [InlineData("> 800000", "it has no contract and no field.")]
    [InlineData("SAFAB03 last > ", "after the comparison comes a number, and then nothing, or 'reset' and a number: 'last > 800000 reset 799000'.")]
    [InlineData("SAFAB03 last > 1 2", "after the comparison comes a number")]
    [InlineData("SAFAB03 last > 1 rest 2", "after the comparison comes a number")]
    [InlineData("SAFAB03 last > 1 reset", "after the comparison comes a number")]
    [InlineData("SAFAB03 last > 0,5", "'0,5' must be a number such as 800000, 800,000 or 0.5, without a unit.")]
    [InlineData("SAFAB03 last > 8,00", "'8,00' must be a number")]
    [InlineData("SAFAB03 change% > 2%", "'2%' must be a number")]
    [InlineData("SAFAB03 last > 1e3", "'1e3' must be a number")]
    [InlineData("SAFAB03 last > NaN", "'NaN' must be a number")]
    [InlineData("SAFAB03 last > 79228162514264337593543950335", "must be a number")]
    [InlineData("SAFAB03 last > 99999999999999999999999999999999", "must be a number")]
    [InlineData("SAFAB03 last > 10 reset 11", "the number after 'reset' is where the value must come back to, so it must not be above 10, but is 11.")]
    [InlineData("SAFAB03 last < 10 reset 9", "so it must not be below 10, but is 9.")]
    [InlineData("SAFAB03 last = 10", "it has no condition. A rule is 'CONTRACT FIELD > NUMBER' (or >=, <, <=), 'CONTRACT silent 30s' or 'CONTRACT gap', in quotes on a command line.")]
    [InlineData("SAFAB03", "it has no condition.")]
    [InlineData("SAFAB03 bid > 800000 and SAFAB03 ask < 810000", "it has more than one comparison. Write a rule for each.")]
    [InlineData("700000 < SAFAB03 last < 800000", "it has more than one comparison.")]
    [InlineData("SAFAB03 imbalance > 0", "imbalance moves around 0, so the rule must say where the value must come back to: 'imbalance > 0 reset -0.1', for example.")]
    [InlineData("SAFAB03 change% < 0", "'change% < 0 reset 0.1'")]
    [InlineData("", "it has no condition.")]
    [InlineData("gap", "it has no contract.")]
    [InlineData("SAFAB03 silent", "'silent' needs a time, such as 'silent 30s'.")]
    [InlineData("silent 30s", "it has no contract.")]
    [InlineData("SAFAB03 silent soon", "'soon' must be a time from 1s to 24h, such as 30s, 5m or 1h.")]
    [InlineData("SAFAB03 silent 0s", "'0s' must be a time")]
    [InlineData("SAFAB03 \u001b[31m > 1", "'·[31m' is not a field.")]
    public void A_wrong_rule_is_described_in_a_sentence(string text, string problem)
    {
        RuleParser.TryParse(text, ContractKeyKind.Name, out string found).Should().BeNull();

        found.Should().StartWith(problem.StartsWith("so ", StringComparison.Ordinal) ? "the number after 'reset'" : "").And.Contain(problem);
    }

    [Fact]
    public void Every_field_can_be_written_with_spaces_in_capitals_and_with_an_id()
    {
        foreach (AlertField field in AlertField.All)
        {
            AlertRule? rule = RuleParser.TryParse($"276 {field.Name.Replace('-', ' ').ToUpperInvariant()} > 1", ContractKeyKind.Id, out string problem);

            problem.Should().BeEmpty();
            rule.Should().BeOfType<ThresholdRule>().Which.Field.Should().Be(field);
            rule!.Contract.Should().Be(ContractKey.Id("276"));
        }
    }
}
