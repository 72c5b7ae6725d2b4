using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class ShardPlannerTests
{
    private static readonly Uri Base = new("https://core.hedgetech.ir");

    [Fact]
    public void Small_set_uses_one_connection()
    {
        ContractSet contracts = ContractSet.ByName("a", "b", "c");

        new ShardPlanner(new ConnectionOptions(), Base).Plan(contracts).Should().ContainSingle().Which.Should().Equal(contracts);
    }

    [Fact]
    public void Names_and_ids_use_separate_connections_and_keep_their_order()
    {
        ContractSet contracts = new([ContractKey.Id("1"), ContractKey.Name("a"), ContractKey.Id("2"), ContractKey.Name("b"), ContractKey.Id("a")]);

        IReadOnlyList<ContractSet> plan = new ShardPlanner(new ConnectionOptions(), Base).Plan(contracts);

        plan.Should().HaveCount(2);
        plan[0].Should().Equal(ContractKey.Name("a"), ContractKey.Name("b"));
        plan[1].Should().Equal(ContractKey.Id("1"), ContractKey.Id("2"), ContractKey.Id("a"));
    }

    [Fact]
    public void Number_of_contracts_per_connection_is_limited()
    {
        ShardPlanner planner = new(new ConnectionOptions { MaxContractsPerConnection = 2 }, Base);

        planner.Plan(ContractSet.ByName("a", "b", "c", "d", "e")).Select(static shard => shard.Count).Should().Equal(2, 2, 1);
    }

    [Fact]
    public void Request_line_is_never_longer_than_the_limit_and_may_reach_it()
    {
        ContractSet contracts = ContractSet.ByName("آتی ۱", "آتی ۲", "آتی ۳");
        int length = new SubscriptionUris(Base, new ConnectionOptions()).RequestLineBytes(contracts);

        new ShardPlanner(new ConnectionOptions { MaxRequestLineBytes = length }, Base).Plan(contracts).Should().ContainSingle();
        new ShardPlanner(new ConnectionOptions { MaxRequestLineBytes = length - 1 }, Base).Plan(contracts).Select(static shard => shard.Count).Should().Equal(2, 1);
    }

    [Fact]
    public void Contract_that_exceeds_the_request_line_has_its_own_connection()
    {
        string giant = new('گ', 2000);

        new ShardPlanner(new ConnectionOptions(), Base).Plan(ContractSet.ByName("a", giant, "b", "c"))
            .Select(static shard => shard.Count).Should().Equal(1, 1, 2);
    }

    [Fact]
    public void Every_set_is_split_within_the_limits_without_loss()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            ContractSet contracts = new(Enumerable.Range(0, random.Next(1, 120)).Select(i => random.Next(2) == 0
                ? ContractKey.Name(string.Concat(Enumerable.Repeat("آ b+", random.Next(1, 12))) + i)
                : ContractKey.Id(i.ToString(null, null))));
            ConnectionOptions options = new() { MaxRequestLineBytes = random.Next(100, 5000), MaxContractsPerConnection = random.Next(3) == 0 ? random.Next(1, 20) : null };
            ShardPlanner planner = new(options, Base);
            SubscriptionUris uris = new(Base, options);

            IReadOnlyList<ContractSet> plan = planner.Plan(contracts);

            string because = $"the seed is {seed}, the round {round}";
            plan.SelectMany(static shard => shard).Should().Equal(contracts.OrderBy(static contract => contract.Kind), because);
            plan.Should().OnlyContain(shard => shard.Count <= (options.MaxContractsPerConnection ?? int.MaxValue), because);
            plan.Should().OnlyContain(shard => shard.Count == 1 || uris.RequestLineBytes(shard) <= options.MaxRequestLineBytes, because);
            plan.Should().OnlyContain(static shard => shard.Select(static contract => contract.Kind).Distinct().Count() == 1, because);
            for (int i = 1; i < plan.Count; i++)
            {
                bool isFull = plan[i - 1].Count == options.MaxContractsPerConnection || plan[i - 1].First().Kind != plan[i].First().Kind
                    || uris.RequestLineBytes(new ContractSet(plan[i - 1].Append(plan[i].First()))) > options.MaxRequestLineBytes;
                isFull.Should().BeTrue($"no connection is opened without need; {because}");
            }
        }
    }

    [Fact]
    public void Failed_length_of_a_request_line_is_remembered()
    {
        ShardPlanner planner = new(new ConnectionOptions(), Base);
        ContractSet contracts = ContractSet.ById(Enumerable.Range(100, 61).Select(static i => i.ToString(null, null)));

        IReadOnlyList<ContractSet> halves = planner.Split(contracts);

        halves.Select(static half => half.Count).Should().Equal(31, 30);
        halves.SelectMany(static half => half).Should().Equal(contracts);
        IReadOnlyList<ContractSet> plan = planner.Plan(contracts);
        plan.Select(static shard => shard.Count).Should().Equal(60, 1);

        planner.Split(halves[0]);
        planner.Split(contracts); // a longer failure adds no information
        planner.Plan(contracts).Select(static shard => shard.Count).Should().Equal(30, 30, 1);
    }

    [Fact]
    public void Single_contract_cannot_be_split()
    {
        Action split = () => new ShardPlanner(new ConnectionOptions(), Base).Split(ContractSet.ByName("a"));

        split.Should().Throw<ArgumentException>();
    }
}
