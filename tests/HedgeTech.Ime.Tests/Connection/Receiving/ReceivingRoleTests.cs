using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

public sealed class ReceivingRoleTests
{
    private readonly ReceivingRole _role = new();

    [Fact]
    public void The_first_thread_receives_until_it_lends_the_role()
    {
        _role.IsOf(0).Should().BeTrue();
        _role.IsLent.Should().BeFalse();

        _role.Lend(0);

        _role.IsOf(0).Should().BeFalse();
        _role.IsLent.Should().BeTrue();
    }

    [Fact]
    public void A_role_that_two_looks_in_a_row_find_lent_is_transferred_and_cannot_be_reclaimed()
    {
        _role.Lend(0);

        _role.TryTransfer(out _).Should().BeFalse();
        _role.TryTransfer(out long second).Should().BeTrue();

        _role.IsOf(second).Should().BeTrue();
        _role.IsLent.Should().BeFalse();
        _role.Reclaim(0).Should().BeFalse("another thread receives");
        _role.IsOf(second).Should().BeTrue();
    }

    [Fact]
    public void A_role_that_is_reclaimed_before_the_second_look_stays_with_its_thread()
    {
        _role.Lend(0);
        _role.TryTransfer(out _).Should().BeFalse();

        _role.Reclaim(0).Should().BeTrue();

        _role.TryTransfer(out _).Should().BeFalse();
        _role.IsOf(0).Should().BeTrue();
    }

    [Fact]
    public void Several_short_loans_that_two_looks_in_a_row_find_count_as_one_long_loan()
    {
        _role.Lend(0);
        _role.TryTransfer(out _).Should().BeFalse();
        _role.Reclaim(0).Should().BeTrue();
        _role.Lend(0);

        _role.TryTransfer(out _).Should().BeTrue();
    }

    [Fact]
    public void A_look_that_finds_the_role_not_lent_starts_the_count_again()
    {
        for (int round = 0; round < 3; round++)
        {
            _role.Lend(0);
            _role.TryTransfer(out _).Should().BeFalse();
            _role.Reclaim(0).Should().BeTrue();
            _role.TryTransfer(out _).Should().BeFalse();
        }
    }

    [Fact]
    public void The_count_of_looks_starts_again_for_a_new_thread()
    {
        long receiver = 0;
        for (int round = 0; round < 3; round++)
        {
            _role.Lend(receiver);
            _role.TryTransfer(out _).Should().BeFalse();
            _role.TryTransfer(out long next).Should().BeTrue();
            next.Should().BeGreaterThan(receiver);
            receiver = next;
        }
    }
}
