namespace HedgeTech.Ime;

/// <content>What traders reckon from it.</content>
public sealed partial record MarketSnapshot
{
    private static readonly TimeSpan Tehran = new(3, 30, 0);

    /// <summary>
    /// <see cref="BestBid"/> and <see cref="BestAsk"/>, each weighted by the quantity on the other side, in Rial: nearer to the side on which less waits.
    /// Null where either price is, a quantity is unavailable, or the result does not fit a <see cref="decimal"/>.
    /// </summary>
    public decimal? Microprice
    {
        get
        {
            if (BestBid is not { } bid || BestAsk is not { } ask || (Unavailable & (SnapshotFields.BidQuantity1 | SnapshotFields.AskQuantity1)) != 0)
            {
                return null;
            }

            decimal bidQuantity = BestLimit.Level1.BidQuantity;
            decimal quantity = bidQuantity + BestLimit.Level1.AskQuantity;
            if (quantity <= 0)
            {
                return null;
            }

            try
            {
                return bid + ((ask - bid) * (bidQuantity / quantity)); // the share first, because price times quantity may not fit
            }
            catch (OverflowException)
            {
                return null; // prices of opposite sign near the ends of the range, or a negative quantity: only a broken server sends them
            }
        }
    }

    /// <summary><see cref="Timestamp"/> by the clock of Tehran, +03:30; null where it is unavailable. (Until 2022 the clock there ran an hour ahead in summer.)</summary>
    public DateTimeOffset? TehranTime =>
        (Unavailable & SnapshotFields.Timestamp) != 0 || Timestamp.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Tehran.Ticks ? null : Timestamp.ToOffset(Tehran);

    /// <summary>The Jalali date of <see cref="TehranTime"/>; null where that is, or the calendar has no such date.</summary>
    public JalaliDate? JalaliDate => TehranTime is { Year: > 622 } time ? HedgeTech.Ime.JalaliDate.FromDate(DateOnly.FromDateTime(time.DateTime)) : null;

    /// <summary>How much more is bid for than offered, as a share of both: from -1, all is offered, to +1, all is bid for.</summary>
    /// <param name="levels">How many levels of the book count, from the best: 1 to 3.</param>
    /// <returns>Null where a quantity that counts is unavailable, or there is nothing on either side.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="levels"/> is not 1, 2 or 3.</exception>
    public decimal? GetImbalance(int levels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, BestLimit.Count);
        decimal bid = 0;
        decimal ask = 0;
        for (int level = 1; level <= levels; level++)
        {
            if ((Unavailable & QuantitiesOf(level)) != 0)
            {
                return null;
            }

            bid += BestLimit[level].BidQuantity;
            ask += BestLimit[level].AskQuantity;
        }

        return bid + ask > 0 ? (bid - ask) / (bid + ask) : null;
    }

    private static SnapshotFields QuantitiesOf(int level) => level switch
    {
        1 => SnapshotFields.BidQuantity1 | SnapshotFields.AskQuantity1,
        2 => SnapshotFields.BidQuantity2 | SnapshotFields.AskQuantity2,
        _ => SnapshotFields.BidQuantity3 | SnapshotFields.AskQuantity3,
    };
}
