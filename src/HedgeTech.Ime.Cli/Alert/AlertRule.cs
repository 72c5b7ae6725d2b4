using System.Globalization;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>A rule. Immutable.</summary>
/// <param name="Contract">The contract it watches.</param>
internal abstract record AlertRule(ContractKey Contract)
{
    /// <summary>The rule in full, as a rule can be written.</summary>
    public abstract override string ToString();
}

/// <summary><c>CONTRACT field op value</c>: a value of the contract crosses a number.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Field">The value.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">The number.</param>
/// <param name="Reset">Where the rule applies again: at or below this for <c>&gt;</c>, at or above it for <c>&lt;</c>, and only where the comparison does not hold.</param>
internal sealed record ThresholdRule(ContractKey Contract, AlertField Field, Comparison Comparison, decimal Value, decimal Reset) : AlertRule(Contract)
{
    /// <summary>Whether the rule waits for high values.</summary>
    public static bool IsUpward(Comparison comparison) => comparison is Comparison.Above or Comparison.AtLeast;

    /// <summary>How a rule spells the comparison.</summary>
    public string Sign => Comparison switch { Comparison.Above => ">", Comparison.AtLeast => ">=", Comparison.Below => "<", _ => "<=" };

    /// <summary>Whether a value is beyond the number.</summary>
    public bool Holds(decimal value) => Comparison switch
    {
        Comparison.Above => value > Value,
        Comparison.AtLeast => value >= Value,
        Comparison.Below => value < Value,
        _ => value <= Value,
    };

    /// <summary>Whether a value has come back far enough for the next crossing to count.</summary>
    public bool IsBack(decimal value) => !Holds(value) && (IsUpward(Comparison) ? value <= Reset : value >= Reset);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Contract} {Field.Name} {Sign} {Value:0.##########} reset {Reset:0.##########}");
}

/// <summary><c>CONTRACT silent time</c>: no message of the contract arrives.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Length">How long.</param>
internal sealed record SilenceRule(ContractKey Contract, TimeSpan Length) : AlertRule(Contract)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Contract} silent {Length.TotalSeconds}s");
}

/// <summary><c>CONTRACT gap</c>: messages of the contract may be missing.</summary>
/// <param name="Contract">The contract.</param>
internal sealed record GapRule(ContractKey Contract) : AlertRule(Contract)
{
    public override string ToString() => $"{Contract} gap";
}
