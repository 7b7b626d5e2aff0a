namespace Skep.Control.S3;

/// <summary>A cyclic redundancy check of up to 64 bits, bits reflected, with all bits inverted before and after.</summary>
/// <param name="table">The remainder of each byte.</param>
/// <param name="bytes">How many bytes its value has.</param>
internal sealed class Crc(ulong[] table, int bytes)
{
    private static readonly ulong[] Table32 = Table(0xEDB88320);
    private static readonly ulong[] Table32C = Table(0x82F63B78);
    private static readonly ulong[] Table64Nvme = Table(0x9A6C9329AC4BC9B5);

    private readonly ulong _mask = bytes == 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1;
    private ulong _value = bytes == 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1;

    public static Crc Crc32() => new(Table32, 4);

    public static Crc Crc32C() => new(Table32C, 4);

    public static Crc Crc64Nvme() => new(Table64Nvme, 8);

    public void Append(ReadOnlySpan<byte> data)
    {
        var value = _value;
        foreach (var each in data) value = (value >> 8) ^ table[(byte)value ^ each];
        _value = value;
    }

    /// <summary>The value, most significant byte first.</summary>
    public byte[] Finish()
    {
        var value = ~_value & _mask;
        var result = new byte[bytes];
        for (var i = bytes - 1; i >= 0; i--)
        {
            result[i] = (byte)value;
            value >>= 8;
        }

        return result;
    }

    private static ulong[] Table(ulong polynomial)
    {
        var table = new ulong[256];
        for (var i = 0UL; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
