using System.Globalization;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Keeps a second writer out of a folder.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class FolderLock : IDisposable
{
    private readonly string _folder;
    private readonly TimeProvider _time;
    private FileStream _lock;

    /// <exception cref="IOException">Another process, or another recorder of this one, writes to the folder; or the folder cannot be written to.</exception>
    public FolderLock(string folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        Directory.CreateDirectory(folder);
        _lock = Take();
    }

    /// <summary>Takes the lock again if its file has vanished with the folder.</summary>
    public void Renew()
    {
        Directory.CreateDirectory(_folder);
        if (!File.Exists(_lock.Name))
        {
            FileStream renewed = Take();
            _lock.Dispose();
            _lock = renewed;
        }
    }

    public void Dispose()
    {
        if (File.Exists(_lock.Name))
        {
            File.Delete(Path.Combine(_folder, RecordingFolder.OwnerFile));
        }

        _lock.Dispose(); // the file stays: to delete it while others may try to open it would let two of them in
    }

    private FileStream Take()
    {
        string owner = Path.Combine(_folder, RecordingFolder.OwnerFile);
        FileStream taken;
        try
        {
            taken = new FileStream(Path.Combine(_folder, RecordingFolder.LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.GetType() == typeof(IOException) && File.Exists(owner))
        {
            throw new IOException($"The folder '{_folder}' is being recorded to by {ReadOwner(owner)}. Give each recorder a folder of its own.", failure);
        }

        try
        {
            File.WriteAllText(owner, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath)}) on {Environment.MachineName}, since {_time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z"));
            return taken;
        }
        catch
        {
            taken.Dispose(); // otherwise the folder stays locked to the next attempt of this process
            throw;
        }
    }

    private static string ReadOwner(string path)
    {
        try
        {
            using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            char[] text = new char[300];
            return new string([.. text.AsSpan(0, reader.ReadBlock(text)).ToArray().Where(static one => !char.IsControl(one))]);
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
