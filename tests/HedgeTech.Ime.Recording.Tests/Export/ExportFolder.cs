using DuckDB.NET.Data;
using HedgeTech.Ime.Recording.Export;

namespace HedgeTech.Ime.Recording.Tests.Export;

/// <summary>A folder for the exports of a test. DuckDB reads them, because it shares no code with the exporter.</summary>
internal sealed class ExportFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ime-export").FullName;

    public string[] Files => [.. Directory.EnumerateFileSystemEntries(_path).Select(static file => Path.GetFileName(file))];

    public string File(string name) => Path.Combine(_path, name);

    public Exporter Parquet(string name, bool asDecimals = false) =>
        new(File(name), (columns, _, file, cancellation) => ParquetRows.CreateAsync(columns, asDecimals, file, cancellation), progress: null);

    public Exporter Csv(string name) => new(File(name), static (columns, _, file, _) => Task.FromResult<IRowWriter>(new CsvRows(columns, file)), progress: null);

    public Exporter Xlsx(string name, int rowsOfSheet = XlsxRows.RowsOfSheet) =>
        new(File(name), (columns, title, file, _) => Task.FromResult<IRowWriter>(new XlsxRows(columns, title, file, rowsOfSheet)), progress: null);

    /// <summary>Returns the rows of a query. FILE in the query stands for the file.</summary>
    public List<object?[]> Query(string name, string sql)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SET TimeZone = 'UTC'; {sql.Replace("FILE", $"'{File(name)}'", StringComparison.Ordinal)}";
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            object?[] row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
