using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>How values of a type become rows. Not thread-safe.</summary>
/// <param name="columns">The columns, in order.</param>
/// <param name="title">What the rows are, such as <c>snapshots</c>.</param>
internal abstract class RowShape<T>(IReadOnlyList<ExportColumn> columns, string title)
{
    private DateOnly _jalaliOf;
    private string _jalali = "";

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<ExportColumn> Columns { get; } = columns;

    /// <summary>What the rows are, such as <c>snapshots</c>.</summary>
    public string Title { get; } = title;

    /// <summary>Gives the values of a row, one for each column.</summary>
    public abstract void Write(T row, ICells cells);

    /// <summary>The part of time that a row covers.</summary>
    public abstract (DateTimeOffset From, DateTimeOffset To) Span(T row);

    /// <summary>The Jalali date in Tehran; null if the calendar has no such date. Rows of one day share one text.</summary>
    protected string? Jalali(DateTimeOffset? moment)
    {
        if (moment is not { UtcDateTime.Year: > 622 and < 9999 } known)
        {
            return null;
        }

        DateOnly day = DateOnly.FromDateTime(known.ToOffset(Tehran.Offset).DateTime);
        if (day != _jalaliOf)
        {
            JalaliDate date = JalaliDate.FromDate(day);
            (_jalaliOf, _jalali) = (day, FormattableString.Invariant($"{date.Year:0000}-{date.Month:00}-{date.Day:00}"));
        }

        return _jalali;
    }
}
