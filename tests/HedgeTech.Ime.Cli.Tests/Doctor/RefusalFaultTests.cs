using System.Net;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests refusals. The service does not say whether the token, a contract or a spelling is the cause.</summary>
public sealed class RefusalFaultTests
{
    [Theory]
    [InlineData("contract_name", null, "Set Connection.NameParameter to \"contract_name\".")]
    [InlineData("contract_names", "Bearer", "Set Authentication.AuthorizationScheme to \"Bearer\".")]
    [InlineData("contract_name", "Bearer", "Set Connection.NameParameter to \"contract_name\" and Authentication.AuthorizationScheme to \"Bearer\".")]
    public async Task Other_known_spellings_of_the_handshake_are_found_and_the_options_for_them_are_named(string parameter, string? scheme, string remedy)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20, Spelling = new SimulatorSpelling { NameParameter = parameter, AuthorizationScheme = scheme } });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03", "ETCDY03"));

        Fault(examined, FaultClass.Spelling, 15, "The service expects", remedy);
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed, "the doctor examines the other steps with the right spelling");
    }

    [Fact]
    public async Task The_documented_path_distinguishes_a_refused_path_from_a_refused_token()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ById("276"), static options => (options.Connection.IdPath, options.Authentication.AuthorizationScheme) = ("/stream", "Bearer"));

        Fault(
            examined,
            FaultClass.Spelling,
            15,
            "instead of /stream and the bare token, without a scheme",
            "Set Connection.IdPath to \"/data-engine/ime/live/data/websocket/contract/id\" and Authentication.AuthorizationScheme to null.");
    }

    [Fact]
    public async Task All_spellings_of_the_other_documentation_are_found_in_one_examination()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20, Spelling = SimulatorSpelling.Drifted });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"));

        examined.Report.Faults.Select(static fault => fault.Class).Should().Equal(FaultClass.Spelling, FaultClass.Spelling);
        string.Join(' ', examined.Report.Faults.Select(static fault => fault.Remedy)).Should()
            .ContainAll("\"UserName_or_Email\"", "\"Password\"", "\"contract_name\"", "\"Bearer\"");
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_contract_is_found_and_the_other_contracts_are_streamed(bool afterAccept)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20, RefuseAfterAccept = afterAccept });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03", "NOSUCH01", "ETCDY03"));

        Fault(examined, FaultClass.Contract, 19, "does not stream NOSUCH01", "letter by letter");
        examined.OnlyFault.What.Should().Contain("The others are accepted: SAFAB03, ETCDY03.");
        examined[DoctorStep.Stream].Details.Should().Contain("2 of 2 contracts sent something");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_known_contract_distinguishes_a_wrong_contract_from_a_wrong_token(bool afterAccept)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { RefuseAfterAccept = afterAccept });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("NOSUCH01"));

        Fault(examined, FaultClass.Contract, 19, "The token is valid: SAFAB03 is accepted with it", "letter by letter");
    }

    [Fact]
    public async Task A_contract_id_given_as_a_name_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("276"));

        Fault(examined, FaultClass.Contract, 19, "276 is an id, but was given as a name", "--id 276");
    }

    [Fact]
    public async Task Each_of_several_wrong_contracts_is_named_with_its_mistake()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("276", "SAFAB03", "NOSUCH01"));

        examined.Report.Faults.Select(static fault => fault.What).Should().SatisfyRespectively(
            static mistaken => mistaken.Should().StartWith("276 is an id, but was given as a name"),
            static unknown => unknown.Should().StartWith("The service does not stream NOSUCH01:").And.EndWith("The others are accepted: SAFAB03."));
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed);
    }

    [Fact]
    public async Task A_contract_name_given_as_an_id_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ById("SAFAB03"));

        Fault(examined, FaultClass.Contract, 19, "SAFAB03 is a name, but was given as an id", "without --id");
    }

    [Fact]
    public async Task A_contract_name_with_Arabic_instead_of_Persian_letters_is_named()
    {
        ImeSimulatorOptions options = new();
        options.Contracts.Add(new SimulatorContract { Code = "GOLD", Name = "شمش طلاي كوچک" });
        await using ImeSimulator simulator = await Examined.SimulateAsync(options);

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("قرارداد آتي زعفران نگين تحويل آبان ماه 1403"));

        Fault(examined, FaultClass.Contract, 19, "with the Persian letters ی and ک is accepted: \u2068قرارداد آتی زعفران نگین تحویل آبان ماه 1403\u2069", "Copy the name");
    }

    [Theory]
    [InlineData(" SAFAB03", "without the white space around it is accepted: SAFAB03")]
    [InlineData("safab03", "in capital letters is accepted: SAFAB03")]
    public async Task A_contract_name_in_lowercase_or_with_white_space_is_named(string name, string what)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName(name));

        Fault(examined, FaultClass.Contract, 19, what, "Copy the name");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_given_token_that_the_service_refuses_is_named(bool afterAccept)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { RefuseAfterAccept = afterAccept });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"), static options => (options.Username, options.Password, options.AccessToken) = (null, null, "f0reign-t0ken"));

        Fault(examined, FaultClass.Token, 18, "refuses the given token for every contract", "Log in with user name and password instead");
        examined.Report.Logins.Should().Be(0);
    }

    [Fact]
    public async Task An_issued_token_that_the_service_refuses_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        simulator.RefuseHandshakes(HttpStatusCode.Forbidden);

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03", "ETCDY03"));

        Fault(examined, FaultClass.Token, 18, "issues a token, but refuses it for every contract (HTTP 403), and a fresh one too", "approved for live data");
        examined.Report.Logins.Should().Be(2);
        simulator.Handshakes.Should().HaveCountLessThan(40, "the doctor must send few handshakes");
    }

    private static void Fault(Examined examined, FaultClass fault, int code, string what, string remedy)
    {
        examined.OnlyFault.Class.Should().Be(fault);
        examined.OnlyFault.What.Should().Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Report.ExitCode.Should().Be(code);
        examined.First.Step.Should().Be(DoctorStep.Handshake);
    }
}
