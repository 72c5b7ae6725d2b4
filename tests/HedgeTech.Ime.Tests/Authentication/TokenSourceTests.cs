using System.Net;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Authentication;

public sealed class TokenSourceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task Many_callers_share_one_login()
    {
        using SemaphoreSlim gate = new(0);
        await using LoginPeer peer = new(async (number, session) =>
        {
            await gate.WaitAsync(session.Stopped);
            await session.AnswerAsync(200, LoginPeer.Grant($"token-{number}"));
        });
        using TokenSource source = peer.Source();

        Task<AccessToken>[] asking = [.. Enumerable.Range(0, 50).Select(_ => Task.Run(() => source.GetAsync(Ct).AsTask()))];
        await peer.Arrivals.WaitAsync(Ct);
        gate.Release(10);
        AccessToken[] tokens = await Task.WhenAll(asking);

        tokens.Should().OnlyContain(static token => token.Value == "token-1");
        (await source.GetAsync(Ct)).Should().BeSameAs(tokens[0]);
        peer.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Caller_that_cancels_does_not_cancel_the_others()
    {
        using SemaphoreSlim gate = new(0);
        await using LoginPeer peer = new(async (number, session) =>
        {
            await gate.WaitAsync(session.Stopped);
            await session.AnswerAsync(200, LoginPeer.Grant($"token-{number}"));
        });
        using TokenSource source = peer.Source();
        using CancellationTokenSource impatient = new();

        Task<AccessToken> first = source.GetAsync(impatient.Token).AsTask();
        Task<AccessToken> second = source.GetAsync(Ct).AsTask();
        await peer.Arrivals.WaitAsync(Ct);
        await impatient.CancelAsync();

        (await FailureOf<OperationCanceledException>(first)).CancellationToken.Should().Be(impatient.Token);
        gate.Release();
        (await second).Value.Should().Be("token-1");
    }

    [Fact]
    public async Task Login_that_nobody_waits_for_ends_and_the_next_caller_starts_another()
    {
        await using LoginPeer peer = new(static (number, session) =>
            number == 1 ? session.WaitForEndAsync() : session.AnswerAsync(200, LoginPeer.Grant($"token-{number}")));
        using TokenSource source = peer.Source();
        using CancellationTokenSource impatient = new();

        Task<AccessToken> first = source.GetAsync(impatient.Token).AsTask();
        await peer.Arrivals.WaitAsync(Ct);
        await impatient.CancelAsync();
        await FailureOf<OperationCanceledException>(first);

        (await source.GetAsync(Ct)).Value.Should().Be("token-2");
    }

    [Fact]
    public async Task Cancelled_call_sends_no_login()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        using TokenSource source = peer.Source();

        await FailureOf<OperationCanceledException>(source.GetAsync(new CancellationToken(canceled: true)).AsTask());

        peer.Peer.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task All_waiting_callers_get_the_failure_and_the_next_call_logs_in_again()
    {
        using SemaphoreSlim gate = new(0);
        await using LoginPeer peer = new(async (number, session) =>
        {
            await gate.WaitAsync(session.Stopped);
            await (number == 1 ? session.AnswerAsync(401) : session.AnswerAsync(200, LoginPeer.Grant("good")));
        });
        using TokenSource source = peer.Source();

        Task<AccessToken>[] asking = [.. Enumerable.Range(0, 10).Select(_ => source.GetAsync(Ct).AsTask())];
        await peer.Arrivals.WaitAsync(Ct);
        gate.Release(2);
        foreach (Task<AccessToken> ask in asking)
        {
            (await FailureOf<ImeAuthenticationException>(ask)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }

        (await source.GetAsync(Ct)).Value.Should().Be("good");
    }

    [Fact]
    public async Task Disposal_ends_a_login_in_progress()
    {
        using SemaphoreSlim ended = new(0);
        await using LoginPeer peer = new(async (_, session) =>
        {
            await session.WaitForEndAsync();
            ended.Release();
        });
        TokenSource source = peer.Source();

        Task<AccessToken> asking = source.GetAsync(Ct).AsTask();
        await peer.Arrivals.WaitAsync(Ct);
        source.Dispose();

        await FailureOf<ObjectDisposedException>(asking);
        await ended.WaitAsync(Ct);
        await FailureOf<ObjectDisposedException>(source.GetAsync(Ct).AsTask());
    }

    [Theory]
    [InlineData(3600, 3540)] // the expiry minus RenewBefore
    [InlineData(100, 50)]    // half the lifetime, which is later
    [InlineData(120, 60)]
    [InlineData(1, 1)]       // at most once a second
    [InlineData(-3600, 1)]   // the local clock is an hour ahead
    public async Task Token_is_renewed_ahead_of_its_expiry(int life, int due)
    {
        await using LoginPeer peer = LoginPeer.Granting(TimeSpan.FromSeconds(life));
        using TokenSource source = peer.Source();

        AccessToken first = await source.GetAsync(Ct);
        peer.Time.Advance(TimeSpan.FromSeconds(due) - TimeSpan.FromMilliseconds(1));
        (await source.GetAsync(Ct)).Should().BeSameAs(first);
        peer.Time.Advance(TimeSpan.FromMilliseconds(1));
        AccessToken second = await source.GetAsync(Ct);

        second.Should().NotBeSameAs(first);
        second.ExpiresAt.Should().Be(first.ExpiresAt + TimeSpan.FromSeconds(due));
        peer.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Token_without_expiry_is_kept()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        using TokenSource source = peer.Source();

        AccessToken first = await source.GetAsync(Ct);
        peer.Time.Advance(TimeSpan.FromDays(1000));

        (await source.GetAsync(Ct)).Should().BeSameAs(first);
        first.ExpiresAt.Should().BeNull();
    }

    [Fact]
    public async Task Transient_failure_of_a_renewal_keeps_the_current_token_until_it_expires()
    {
        bool isDown = false;
        LoginPeer? peer = null;
        peer = new LoginPeer((_, session) => isDown
            ? session.AnswerAsync(503, "", "Retry-After: 30")
            : session.AnswerAsync(200, LoginPeer.Grant(LoginPeer.Jwt(peer!.Time.GetUtcNow() + TimeSpan.FromSeconds(600)))));
        await using LoginPeer _ = peer;
        using TokenSource source = peer.Source();
        AccessToken first = await source.GetAsync(Ct);

        isDown = true;
        peer.Time.Advance(TimeSpan.FromSeconds(540));
        (await source.GetAsync(Ct)).Should().BeSameAs(first);
        peer.Logger.Entries.Where(static entry => entry.Level == LogLevel.Warning).Should().ContainSingle();
        peer.Time.Advance(TimeSpan.FromSeconds(29));
        (await source.GetAsync(Ct)).Should().BeSameAs(first);
        peer.Requests.Should().HaveCount(2, "the server asked for 30 seconds");
        peer.Time.Advance(Second);
        (await source.GetAsync(Ct)).Should().BeSameAs(first);
        peer.Requests.Should().HaveCount(3);

        peer.Time.Advance(TimeSpan.FromSeconds(30)); // the token has expired
        ImeAuthenticationException failure = await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask());
        failure.IsTransient.Should().BeTrue();
        failure.RetryAfter.Should().Be(TimeSpan.FromSeconds(30));
        isDown = false;
        (await source.GetAsync(Ct)).Should().NotBeSameAs(first);
    }

    [Fact]
    public async Task Final_refusal_of_a_renewal_is_thrown_although_the_current_token_is_valid()
    {
        await using LoginPeer peer = new(static (number, session) => number == 1
            ? session.AnswerAsync(200, LoginPeer.Grant(LoginPeer.Jwt("""{"exp": 1763193700}""")))
            : session.AnswerAsync(401));
        using TokenSource source = peer.Source();
        await source.GetAsync(Ct);

        peer.Time.Advance(TimeSpan.FromSeconds(60));

        (await FailureOf<ImeAuthenticationException>(source.GetAsync(Ct).AsTask())).IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task Refused_token_is_renewed_once_for_all_its_users()
    {
        await using LoginPeer peer = LoginPeer.Granting();
        using TokenSource source = peer.Source();
        AccessToken first = await source.GetAsync(Ct);

        AccessToken[] renewed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => source.RenewAsync(first, Ct).AsTask())));

        renewed.Should().OnlyContain(static token => token.Value == "token-2");
        (await source.RenewAsync(first, Ct)).Should().BeSameAs(renewed[0]);
        (await source.GetAsync(Ct)).Should().BeSameAs(renewed[0]);
        peer.Requests.Should().HaveCount(2);
        source.CanRenew.Should().BeTrue();
    }

    [Fact]
    public async Task Second_renewal_waits_until_a_second_has_passed()
    {
        System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset> arrivals = [];
        LoginPeer? peer = null;
        peer = new LoginPeer((number, session) =>
        {
            arrivals.Enqueue(peer!.Time.GetUtcNow());
            return session.AnswerAsync(200, LoginPeer.Grant($"token-{number}"));
        });
        await using LoginPeer _ = peer;
        using TokenSource source = peer.Source();
        AccessToken first = await source.GetAsync(Ct);
        AccessToken second = await source.RenewAsync(first, Ct);

        DateTimeOffset renewedAt = peer.Time.GetUtcNow();
        peer.Time.Advance(TimeSpan.FromMilliseconds(400));
        Task<AccessToken> third = source.RenewAsync(second, Ct).AsTask();
        await AdvanceUntilAsync(peer, third);

        arrivals.Should().HaveCount(3);
        (arrivals.Last() - renewedAt).Should().BeGreaterThanOrEqualTo(Second);
        (await third).Value.Should().Be("token-3");
    }

    [Fact]
    public async Task Refused_token_is_not_used_again_after_its_renewal_fails()
    {
        await using LoginPeer peer = new(static (number, session) =>
            number == 2 ? session.AnswerAsync(503) : session.AnswerAsync(200, LoginPeer.Grant($"token-{number}")));
        using TokenSource source = peer.Source();
        AccessToken first = await source.GetAsync(Ct);

        (await FailureOf<ImeAuthenticationException>(source.RenewAsync(first, Ct).AsTask())).IsTransient.Should().BeTrue();
        Task<AccessToken> next = source.GetAsync(Ct).AsTask();
        await AdvanceUntilAsync(peer, next);

        (await next).Value.Should().Be("token-3");
        peer.Logger.Entries.Should().NotContain(static entry => entry.Level == LogLevel.Warning, "no log entry may say that the refused token is still used");
    }

    private static async Task<TException> FailureOf<TException>(Task task)
        where TException : Exception =>
        (await ((Func<Task>)(() => task)).Should().ThrowAsync<TException>()).Which;

    /// <summary>Advances the clock repeatedly, because the test cannot see when a waiter has set its timer.</summary>
    private static async Task AdvanceUntilAsync(LoginPeer peer, Task done)
    {
        while (!done.IsCompleted)
        {
            peer.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Ct));
        }
    }
}
