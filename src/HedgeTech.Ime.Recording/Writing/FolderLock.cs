using System.Globalization;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Keeps a second writer out of a folder.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class FolderLock : IDisposable
{
    /// <summary>A reader that looks whether the folder is being recorded to holds the lock for a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly string _owner; // what this writer puts into the file of the owner: a line to read, and an id
    private readonly bool _isFolderNew;
    private readonly bool _isLockNew;
    private FileStream _lock;

    /// <exception cref="IOException">Another process, or another recorder of this one, writes to the folder; or the folder cannot be written to.</exception>
    public FolderLock(string folder, TimeProvider time)
    {
        _folder = folder;
        _owner = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath)}) on {Environment.MachineName}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z\n{Guid.NewGuid():N}\n");
        _isFolderNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        _isLockNew = !File.Exists(LockPath);
        _lock = Take();
    }

    /// <summary>Whether the folder is there, and locked by this writer.</summary>
    public bool IsThere => File.Exists(LockPath) && ReadOwner() is var owner && (owner is null || owner == _owner);

    private string LockPath => Path.Combine(_folder, RecordingFolder.LockFile);

    private string OwnerPath => Path.Combine(_folder, RecordingFolder.OwnerFile);

    /// <summary>Takes the lock again if its file has vanished with the folder, and perhaps been made again by another writer.</summary>
    /// <exception cref="IOException">Another writer has the lock now, or the folder cannot be written to.</exception>
    public void Renew()
    {
        if (!IsThere)
        {
            Directory.CreateDirectory(_folder);
            FileStream renewed = Take();
            _lock.Dispose();
            _lock = renewed;
        }
    }

    /// <summary>Releases the folder. If nothing was recorded, the folder is left as it was found.</summary>
    public void Dispose()
    {
        try
        {
            bool isOwn = IsThere;
            if (isOwn)
            {
                File.Delete(OwnerPath);
            }

            // Otherwise the file stays: to delete it while others may try to open it could let two of them in.
            bool isUnused = isOwn && _isLockNew && !RecordingFolder.DateFolders(_folder).Any();
            if (isUnused && OperatingSystem.IsWindows())
            {
                _lock.Dispose(); // an open file cannot be deleted
            }

            if (isUnused)
            {
                File.Delete(LockPath);
            }

            if (isUnused && _isFolderNew && !Directory.EnumerateFileSystemEntries(_folder).Any())
            {
                Directory.Delete(_folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The files stay where the disk does not let them be deleted. The next writer replaces them.
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private FileStream Take()
    {
        FileStream? taken = null;
        IOException? refusal = null;
        if (!SpinWait.SpinUntil(() => TryTake(out taken, out refusal), Patience))
        {
            string owner = ReadOwner() is { } text ? new string([.. text.Split('\n')[0].Where(static one => !char.IsControl(one))]) : "another process";
            throw new IOException($"The folder '{_folder}' is being recorded to by {owner}. Give each recorder a folder of its own.", refusal);
        }

        try
        {
            File.WriteAllText(OwnerPath, _owner);
            return taken!;
        }
        catch
        {
            taken!.Dispose(); // otherwise the folder stays locked to the next attempt of this process
            throw;
        }
    }

    private bool TryTake(out FileStream? taken, out IOException? refusal)
    {
        (taken, refusal) = (null, null);
        try
        {
            taken = new FileStream(LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (RecordingFolder.IsSharingViolation(failure))
        {
            refusal = failure;
            return false;
        }

        if (File.Exists(LockPath))
        {
            return true;
        }

        taken.Dispose(); // another writer, which recorded nothing, has just deleted it
        return false;
    }

    /// <summary>What the file of the owner says; null if it cannot be read.</summary>
    private string? ReadOwner()
    {
        try
        {
            using StreamReader reader = new(new FileStream(OwnerPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            char[] text = new char[1000];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
