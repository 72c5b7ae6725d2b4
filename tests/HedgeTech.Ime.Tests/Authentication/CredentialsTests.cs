using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class CredentialsTests
{
    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task Credentials_are_requested_at_each_login()
    {
        int asked = 0;
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Credentials = async cancellationToken =>
        {
            await Task.Yield();
            cancellationToken.CanBeCanceled.Should().BeTrue();
            return new ImeCredentials($"user{++asked}", "pass");
        };
        using TokenSource source = peer.Source();

        await source.RenewAsync(await source.GetAsync(Ct), Ct);

        peer.Requests.Select(static request => request.Body).Should().Equal("username=user1&password=pass", "username=user2&password=pass");
    }

    [Fact]
    public async Task Failing_credentials_function_is_transient_with_its_cause()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        InvalidOperationException cause = new("the vault is sealed");
        using TokenSource source = peer.Source();

        foreach (Func<CancellationToken, ValueTask<ImeCredentials>> failing in (Func<CancellationToken, ValueTask<ImeCredentials>>[])[_ => throw cause, _ => ValueTask.FromException<ImeCredentials>(cause)])
        {
            peer.Credentials = failing;
            ImeAuthenticationException failure = await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask());
            failure.IsTransient.Should().BeTrue();
            failure.InnerException.Should().BeSameAs(cause);
        }

        peer.Credentials = static _ => throw new OperationCanceledException("its own time-out");
        (await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask())).IsTransient.Should().BeTrue();
        peer.Peer.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task ImeException_of_the_credentials_function_is_thrown_unchanged()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        ImeAuthenticationException mine = new("the account is locked", isTransient: false);
        peer.Credentials = _ => throw mine;
        using TokenSource source = peer.Source();

        (await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask())).Should().BeSameAs(mine);
    }

    [Fact]
    public async Task Login_can_be_cancelled_while_the_credentials_function_hangs()
    {
        using SemaphoreSlim called = new(0);
        using CancellationTokenSource impatient = new();
        await using LoginPeer peer = LoginPeer.Granting();
        TaskCompletionSource<ImeCredentials> never = new();
        peer.Credentials = _ =>
        {
            called.Release();
            return new ValueTask<ImeCredentials>(never.Task);
        };
        using TokenSource source = peer.Source();

        Task<AccessToken> asking = source.GetAsync(impatient.Token).AsTask();
        await called.WaitAsync(Ct);
        await impatient.CancelAsync();
        await FailureOf<OperationCanceledException>(asking);

        peer.Credentials = static _ => ValueTask.FromResult(new ImeCredentials("user", "pass"));
        (await source.GetAsync(Ct)).Value.Should().Be("token-1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_of_a_cancellation_callback_of_the_credentials_function_is_only_logged(bool byDisposal)
    {
        using SemaphoreSlim called = new(0);
        using CancellationTokenSource impatient = new();
        await using LoginPeer peer = LoginPeer.Granting();
        InvalidOperationException fault = new("the vault's own callback");
        peer.Credentials = async cancellationToken =>
        {
            await using CancellationTokenRegistration _ = cancellationToken.UnsafeRegister(_ => throw fault, null);
            called.Release();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("unreachable");
        };
        using TokenSource source = peer.Source();

        Task<AccessToken> asking = source.GetAsync(impatient.Token).AsTask();
        await called.WaitAsync(Ct);
        if (byDisposal)
        {
            source.Dispose();
            await FailureOf<ObjectDisposedException>(asking);
        }
        else
        {
            await impatient.CancelAsync();
            await FailureOf<OperationCanceledException>(asking);
        }

        peer.Logger.Entries.Should().ContainSingle(static entry => entry.Level == LogLevel.Warning)
            .Which.Text.Should().Contain(fault.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credentials_function_that_never_returns_is_a_transient_failure_after_the_timeout_of_a_login(bool isBlocking)
    {
        using SemaphoreSlim called = new(0);
        using SemaphoreSlim blocked = new(0);
        TaskCompletionSource<ImeCredentials> never = new();
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Credentials = _ =>
        {
            called.Release();
            if (isBlocking)
            {
                blocked.Wait(TestContext.Current.CancellationToken); // ignores the client's cancellation token
            }

            return new ValueTask<ImeCredentials>(never.Task);
        };
        using TokenSource source = peer.Source();

        Task<AccessToken> asking = source.GetAsync(Ct).AsTask();
        await called.WaitAsync(Ct);
        peer.Time.Advance(peer.Options.Timeout);
        ImeAuthenticationException failure = await FailureOf<ImeAuthenticationException>(asking);

        failure.IsTransient.Should().BeTrue();
        failure.StatusCode.Should().BeNull();
        failure.Message.Should().Be("The credentials function did not return within 10 s, so the client could not log in. Check what the function waits for, or allow more time with Authentication.Timeout.");

        // The function has still not returned, and the next login starts anyway.
        peer.Credentials = static _ => ValueTask.FromResult(new ImeCredentials("user", "pass"));
        (await source.GetAsync(Ct)).Value.Should().Be("token-1");
        blocked.Release();
    }

    [Fact]
    public async Task Blocked_credentials_function_that_timed_out_does_not_delay_the_next_login()
    {
        using SemaphoreSlim called = new(0);
        using SemaphoreSlim blocked = new(0);
        using CancellationTokenSource impatient = new();
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Credentials = _ =>
        {
            called.Release();
            blocked.Wait(TestContext.Current.CancellationToken);
            throw new InvalidOperationException("too late for anybody to see");
        };
        using TokenSource source = peer.Source();

        Task<AccessToken> asking = source.GetAsync(impatient.Token).AsTask();
        await called.WaitAsync(Ct);
        await impatient.CancelAsync();
        await FailureOf<OperationCanceledException>(asking);

        peer.Credentials = static _ => ValueTask.FromResult(new ImeCredentials("user", "pass"));
        (await source.GetAsync(Ct)).Value.Should().Be("token-1");
        blocked.Release();
    }

    [Fact]
    public async Task Credentials_function_that_always_blocks_occupies_only_a_few_threads()
    {
        using SemaphoreSlim called = new(0);
        using SemaphoreSlim blocked = new(0);
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Credentials = _ =>
        {
            called.Release();
            blocked.Wait(TestContext.Current.CancellationToken);
            return ValueTask.FromResult(new ImeCredentials("user", "pass"));
        };
        using TokenSource source = peer.Source();

        for (int i = 0; i < 4; i++)
        {
            Task<AccessToken> asking = source.GetAsync(Ct).AsTask();
            await called.WaitAsync(Ct);
            peer.Time.Advance(peer.Options.Timeout);
            await FailureOf<ImeAuthenticationException>(asking);
        }

        ImeAuthenticationException failure = await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask());
        failure.IsTransient.Should().BeTrue();
        failure.Message.Should().Contain("4 calls");
        called.CurrentCount.Should().Be(0, "the function is not called a fifth time");

        peer.Credentials = static _ => ValueTask.FromResult(new ImeCredentials("user", "pass"));
        blocked.Release(4);
        await Until(async () => (await source.GetAsync(Ct)).Value == "token-1");
    }

    [Fact]
    public async Task Credentials_function_that_never_returns_interrupts_the_feed_and_is_logged()
    {
        using Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        TaskCompletionSource<ImeCredentials> never = new();
        await using ImeClient client = new(
            new ImeClientOptions
            {
                CredentialsProvider = _ => new ValueTask<ImeCredentials>(never.Task),
                Authentication = { Timeout = TimeSpan.FromMilliseconds(1) },
                Reconnect = { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(1) },
            },
            factory);
        List<FeedEvent> events = [];

        Func<Task> streaming = async () =>
        {
            await foreach (FeedEvent feedEvent in client.StreamEventsAsync(ContractSet.ByName("a"), Ct))
            {
                events.Add(feedEvent);
            }
        };

        await streaming.Should().ThrowAsync<ImeConnectionException>();
        events.Should().ContainSingle().Which.Should().BeOfType<FeedInterrupted>().Which.Reason.Should().Be(InterruptionReason.LoginFailed);
        log.Written.Should().Contain(static line => line.Contains("LoginFailed") && line.Contains("credentials function"));
    }

    [Theory]
    [InlineData(null, "pass")]
    [InlineData("user", null)]
    [InlineData(" ", "pass")]
    [InlineData("user", "")]
    public async Task Blank_credentials_are_final(string? username, string? password)
    {
        await using LoginPeer peer = LoginPeer.Granting();
        peer.Credentials = _ => ValueTask.FromResult(new ImeCredentials(username!, password!));
        using TokenSource source = peer.Source();

        (await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask())).IsTransient.Should().BeFalse();
        peer.Credentials = static _ => ValueTask.FromResult<ImeCredentials>(null!);
        (await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask())).IsTransient.Should().BeFalse();
        peer.Peer.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task Fixed_token_is_returned_unchanged_and_cannot_be_renewed()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        using TokenSource source = TokenSource.FromToken("opaque", peer.Logger, peer.Time);

        AccessToken token = await source.GetAsync(Ct);

        token.Value.Should().Be("opaque");
        token.ExpiresAt.Should().BeNull();
        source.CanRenew.Should().BeFalse();
        (await source.RenewAsync(token, Ct)).Should().BeSameAs(token);
    }

    [Fact]
    public async Task Expired_fixed_token_fails_before_anything_is_sent()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        string jwt = LoginPeer.Jwt(peer.Time.GetUtcNow() + TimeSpan.FromSeconds(10));
        using TokenSource source = TokenSource.FromToken(jwt, peer.Logger, peer.Time);

        (await source.GetAsync(Ct)).Value.Should().Be(jwt);
        peer.Time.Advance(TimeSpan.FromSeconds(10));
        ImeAuthenticationException failure = await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask());

        failure.IsTransient.Should().BeFalse();
        failure.Message.Should().Contain("2025-11-15 08:00:10Z").And.NotContain(jwt);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\r\nb")]
    [InlineData("tokén")]
    public void Fixed_token_that_is_invalid_in_a_header_throws_an_argument_exception(string token)
    {
        Action create = () => TokenSource.FromToken(token, new RecordingLogger(), TimeProvider.System);

        create.Should().Throw<ArgumentException>();
    }

    /// <summary>Asks for a token again as long as the login fails with a transient error.</summary>
    private static async Task Until(Func<Task<bool>> succeeds)
    {
        while (true)
        {
            try
            {
                (await succeeds()).Should().BeTrue();
                return;
            }
            catch (ImeAuthenticationException failure) when (failure.IsTransient && !Ct.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<TException> FailureOf<TException>(Task task)
        where TException : Exception =>
        (await ((Func<Task>)(() => task)).Should().ThrowAsync<TException>()).Which;
}
