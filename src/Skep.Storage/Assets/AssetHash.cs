using System.Buffers.Text;

namespace Skep.Storage.Assets;

/// <summary>wrangler's name for the content of a file: see <see cref="Abstractions.Assets.AssetContent"/>.</summary>
public sealed class AssetHash
{
    // A multiple of three, so that the pieces' Base64 is that of the whole.
    private const int Piece = 3 * 1024;

    private readonly Blake3 _blake3 = new();
    private readonly byte[] _pending = new byte[Piece];
    private readonly byte[] _base64 = new byte[Piece / 3 * 4];
    private int _count;

    /// <summary>The hash of a whole content.</summary>
    public static string Of(string path, ReadOnlySpan<byte> content)
    {
        var hash = new AssetHash();
        hash.Append(content);
        return hash.Finish(path);
    }

    /// <summary>Takes more of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var count = Math.Min(Piece - _count, content.Length);
            content[..count].CopyTo(_pending.AsSpan(_count));
            _count += count;
            content = content[count..];
            if (_count == Piece) Encode();
        }
    }

    /// <summary>The hash of all that was taken, of a file with this path.</summary>
    public string Finish(string path)
    {
        Encode();
        // As Node.js' path.extname: what begins with the name's last dot, unless that is its first character.
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        var dot = name.LastIndexOf('.');
        if (dot > 0) _blake3.Append(System.Text.Encoding.UTF8.GetBytes(name[(dot + 1)..].ToString()));
        Span<byte> hash = stackalloc byte[Blake3.HashBytes];
        _blake3.Finish(hash);
        return Convert.ToHexStringLower(hash[..(Blake3.HashBytes / 2)]);
    }

    private void Encode()
    {
        Base64.EncodeToUtf8(_pending.AsSpan(0, _count), _base64, out _, out var written);
        _blake3.Append(_base64.AsSpan(0, written));
        _count = 0;
    }
}
