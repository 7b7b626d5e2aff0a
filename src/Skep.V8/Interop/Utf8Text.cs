using System.Text;

namespace Skep.V8.Interop;

/// <summary>NUL-terminated UTF-8 for names that cross to the shim.</summary>
internal static class Utf8Text
{
    public static byte[] Terminated(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
