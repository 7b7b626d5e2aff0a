using System.Runtime.InteropServices;

namespace Skep.Testing;

/// <summary>A small disk of its own, that can be full, or read-only.</summary>
public sealed partial class SmallDisk : IDisposable
{
    private const nuint ReadOnly = 1;
    private const nuint Remount = 32;
    private const int Detach = 2;

    private readonly string _folder;
    private readonly string _size;

    private SmallDisk(string folder, string size) => (_folder, _size) = (folder, size);

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Why there is none.</summary>
    public const string Missing = "Mounting a small disk needs root.";

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static SmallDisk? TryMount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var size = $"size={megabytes}m";
        return mount("tmpfs", folder, "tmpfs", 0, size) == 0 ? new SmallDisk(folder, size) : null;
    }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var ballast = File.OpenHandle(Ballast, FileMode.Create, FileAccess.Write);
        byte[] page = new byte[4096];
        try
        {
            for (long at = 0; ; at += page.Length) RandomAccess.Write(ballast, page, at);
        }
        catch (IOException)
        {
            // That was the last.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void MakeReadOnly() => Done(mount("tmpfs", _folder, "tmpfs", Remount | ReadOnly, _size));

    public void MakeWritable() => Done(mount("tmpfs", _folder, "tmpfs", Remount, _size));

    // Whoever may still have a file of it open keeps that, and nobody else.
    public void Dispose() => Done(umount2(_folder, Detach));

    private void Done(int result)
    {
        if (result != 0) throw new IOException($"{_folder}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int umount2(string target, int flags);
}
