using HedgeTech.Ime;

namespace QuickStart;

/// <summary>The settings of the program, from its arguments.</summary>
internal sealed record Settings(ContractSet Contracts, long Count)
{
    private static readonly string[] DefaultContracts = ["SAFAB03", "ETCDY03", "GB30AB03"];

    /// <summary>Reads <c>[--count N] [CONTRACT NAME]...</c>.</summary>
    /// <exception cref="ArgumentException">The arguments are invalid.</exception>
    public static Settings Read(string[] args)
    {
        List<string> names = [];
        long count = long.MaxValue;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] != "--count")
            {
                if (args[i].StartsWith("--", StringComparison.Ordinal))
                {
                    throw new ArgumentException($"Unknown argument {args[i]}. The arguments are: [--count N] [CONTRACT NAME]...");
                }

                names.Add(args[i]);
            }
            else if (++i == args.Length || !long.TryParse(args[i], out count) || count < 1)
            {
                throw new ArgumentException("--count must be a number of snapshots, at least 1.");
            }
        }

        return new Settings(ContractSet.ByName(names.Count > 0 ? names : DefaultContracts), count);
    }
}
