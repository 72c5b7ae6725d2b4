using Parquet;
using Parquet.Schema;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>Gathers the values of a column until they are written as a part of a row group. Not thread-safe.</summary>
internal abstract class ParquetColumn(DataField field)
{
    /// <summary>The column in the schema of the file.</summary>
    public DataField Field { get; } = field;

    /// <summary>Writes the values gathered so far and forgets them.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);
}

/// <summary>A column of values.</summary>
internal sealed class ParquetColumn<T>(DataField field) : ParquetColumn(field)
    where T : struct
{
    private T?[] _values = new T?[1024];
    private T[] _present = [];
    private int _count;

    public void Add(T? value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, Math.Min(2 * _count, ParquetRows.RowsOfGroup));
        }

        _values[_count++] = value;
    }

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        int count = _count;
        _count = 0;
        if (Field.IsNullable)
        {
            await group.WriteAsync<T>(Field, _values.AsMemory(0, count), cancellationToken: cancellationToken).ConfigureAwait(false);
            return;
        }

        _present = _present.Length < count ? new T[_values.Length] : _present;
        for (int i = 0; i < count; i++)
        {
            _present[i] = _values[i].GetValueOrDefault();
        }

        await group.WriteAsync<T>(Field, _present.AsMemory(0, count), cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A column of texts.</summary>
internal sealed class ParquetTexts(DataField field) : ParquetColumn(field)
{
    private readonly List<string?> _values = [];

    public void Add(string? value) => _values.Add(value);

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await group.WriteAsync(Field, (IReadOnlyCollection<string>)_values!).ConfigureAwait(false); // null is allowed where the field is nullable
        _values.Clear();
    }
}
