namespace HedgeTech.Ime.Recording.Export;

/// <summary>Takes the values of a row, one call for each column, in the order of the columns.</summary>
internal interface ICells
{
    void Text(string? value);

    void Moment(DateTimeOffset? value);

    void Date(DateOnly? value);

    void Time(TimeOnly? value);

    void Whole(long? value);

    void Price(decimal? value);

    void Flag(bool value);
}

/// <summary>Writes rows to a file of one format. Not thread-safe.</summary>
internal interface IRowWriter : ICells, IAsyncDisposable
{
    /// <summary>Ends the row whose values were given.</summary>
    ValueTask EndRowAsync(CancellationToken cancellationToken);

    /// <summary>Writes what is left. Without this call, the file is not complete.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
