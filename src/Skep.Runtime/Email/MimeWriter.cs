using System.Buffers;
using System.Text;

namespace Skep.Runtime.Email;

/// <summary>Writes a message.</summary>
internal sealed class MimeWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    /// <summary>Text, and the end of its line.</summary>
    public void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, buffer);
        buffer.Write("\r\n"u8);
    }

    /// <summary>A header.</summary>
    public void Header(string name, string value) => Line(HeaderText.Fold(name, value));

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}
