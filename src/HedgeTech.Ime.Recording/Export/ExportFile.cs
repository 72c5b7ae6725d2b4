namespace HedgeTech.Ime.Recording.Export;

/// <summary>A file that gets its name only when it is complete. Until then, its content is in a temporary file beside it. Not thread-safe.</summary>
internal sealed class ExportFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _isComplete;

    /// <param name="path">The name of the complete file.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public ExportFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024);
    }

    /// <summary>The content.</summary>
    public Stream Stream => _stream;

    /// <summary>Gives the file its name; one that had it is replaced.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Move(_temporary, _path, overwrite: true);
        _isComplete = true;
    }

    /// <summary>Removes the temporary file if the file was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false); // writes what is left, which a full disk refuses
        }
        finally
        {
            if (!_isComplete)
            {
                File.Delete(_temporary);
            }
        }
    }
}
