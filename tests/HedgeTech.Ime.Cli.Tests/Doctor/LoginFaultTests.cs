using System.Net;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

public sealed class LoginFaultTests
{
    [Fact]
    public async Task A_wrong_password_is_named_after_a_single_login()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"), static options => options.Password = "Wr0ng-s3cret");

        Fault(examined, FaultClass.Login, 14, "refuses the user name and password (HTTP 401). It said: \"Incorrect username or password\"", "approved");
        simulator.Logins.Count(static login => login.Status == HttpStatusCode.Unauthorized).Should().Be(1);
        examined[DoctorStep.Handshake].Summary.Should().Be("skipped because there is no token");
    }

    [Fact]
    public async Task Another_known_spelling_of_the_login_is_found_and_the_options_for_it_are_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions
        {
            Rate = 20,
            Spelling = new SimulatorSpelling { UsernameField = "UserName_or_Email", PasswordField = "Password", LoginStatus = HttpStatusCode.Created },
        });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"));

        Fault(examined, FaultClass.Spelling, 15, "It accepts UserName_or_Email and Password", "Set Authentication.UsernameField to \"UserName_or_Email\" and Authentication.PasswordField to \"Password\".");
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed, "the doctor examines the other steps with the right spelling");
        simulator.Logins.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_unknown_spelling_of_the_login_is_named_with_the_fields_that_the_service_misses()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Spelling = new SimulatorSpelling { UsernameField = "account", PasswordField = "pin" } });

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        Fault(examined, FaultClass.Spelling, 15, "with any known names of its fields. It said: \"account: Field required\"", "Authentication.UsernameField");
    }

    [Theory]
    [InlineData(503, 20, "in 20 s")]
    [InlineData(429, 90, "in 1 min 30 s")]
    [InlineData(502, null, "in a few minutes")]
    public async Task A_login_service_that_is_out_of_order_is_named_with_the_time_to_wait(int status, int? retryAfter, string wait)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        simulator.RefuseLogins((HttpStatusCode)status, "<html>busy</html>", retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        Fault(examined, FaultClass.Service, 20, $"{status}", wait);
        simulator.Logins.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_path_without_a_login_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Spelling = new SimulatorSpelling { TokenPath = "/other" } });

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        Fault(examined, FaultClass.Spelling, 15, "There is no login at /auth/user/token/issue (HTTP 404)", "--base-address");
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://portal.example/login?session=abc\r\nContent-Length: 0\r\n\r\n", "redirected to portal.example", "sign in to the network")]
    [InlineData("HTTP/1.1 200 OK\r\nServer: FilterBox\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "answered by a web page from FilterBox", "sign in to the network")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "(407)", "HTTPS_PROXY")]
    public async Task A_portal_or_a_filter_in_place_of_the_login_is_named(string answer, string what, string remedy)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress) { Answer = request => request.Line.StartsWith("POST", StringComparison.Ordinal) ? answer : null };

        Examined examined = await Examined.OfAsync(simulator, contracts: null, options => options.BaseAddress = relay.Address);

        Fault(examined, FaultClass.Proxy, 17, what, remedy);
    }

    [Fact]
    public async Task An_answer_without_a_token_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        simulator.RefuseLogins(HttpStatusCode.OK, """{"token_type":"none"}""");

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        Fault(examined, FaultClass.Spelling, 15, "but without a token", "Authentication.TokenPath");
    }

    [Fact]
    public async Task A_login_that_is_never_answered_is_named_in_time()
    {
        await using HedgeTech.Ime.Tests.Connection.RawPeer peer = HedgeTech.Ime.Tests.Connection.RawPeer.Start(static async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                await (request.Line.StartsWith("POST", StringComparison.Ordinal) ? session.HoldAsync() : session.AnswerAsync(404));
            }
        });

        Examined examined = await Examined.OfAsync(options => (options.BaseAddress, options.Username, options.Password) = (peer.Address, "some-user", "s3cret-Value"), contracts: null);

        Fault(examined, FaultClass.Network, 11, "The login was not answered: not within 8 s", "another network");
    }

    [Fact]
    public async Task A_given_token_that_has_expired_is_named_without_asking_the_service()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        string expired = simulator.IssueToken(TimeSpan.FromMinutes(-5));

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"), options => (options.Username, options.Password, options.AccessToken) = (null, null, expired));

        Fault(examined, FaultClass.Token, 18, "The token that was given has expired", "ime token");
        simulator.Handshakes.Should().BeEmpty();
    }

    [Fact]
    public async Task The_doctor_never_sends_more_than_five_logins()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        simulator.RefuseLogins(HttpStatusCode.ServiceUnavailable);
        await using CaseFile file = new(new DoctorSettings
        {
            AddClient = services => services.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password)),
        });

        for (int i = 0; i < 7; i++)
        {
            Func<Task> login = async () => await file.CreateClient().GetAccessTokenAsync(TestContext.Current.CancellationToken);
            await login.Should().ThrowAsync<ImeException>();
        }

        simulator.Logins.Should().HaveCount(5);
        file.Transport.Logins.Should().Be(5);
    }

    private static void Fault(Examined examined, FaultClass fault, int code, string what, string remedy)
    {
        examined.OnlyFault.Class.Should().Be(fault);
        examined.OnlyFault.What.Should().Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Report.ExitCode.Should().Be(code);
        examined.First.Step.Should().Be(DoctorStep.Login);
    }
}
