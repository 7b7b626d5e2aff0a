using System.Buffers.Text;
using System.Text;
using Skep.Abstractions.Kv;

namespace Skep.Storage.Kv;

/// <summary>Where a page of keys ended: its last key, so that a list goes on whatever has been written meanwhile.</summary>
internal static class KvCursor
{
    public static string Write(string lastKey) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey));

    /// <exception cref="KvException">It was not made by <see cref="Write"/>.</exception>
    public static byte[] Read(string cursor)
    {
        try
        {
            return Base64Url.DecodeFromChars(cursor);
        }
        catch (FormatException malformed)
        {
            throw new KvException(400, "Invalid cursor. Please specify the cursor of an earlier list operation.", malformed);
        }
    }
}
