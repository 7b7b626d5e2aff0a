namespace Skep.Abstractions.Events;

/// <summary>What a caller decides about the invocation it causes, beside what the version itself may do. The lower limit counts.</summary>
public record InvocationTerms
{
    private const byte Form = 1;

    /// <summary>CPU time that it may use; null: the version's.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Subrequests that it may send; null: the version's.</summary>
    public int? Subrequests { get; init; }

    /// <summary>An object whose properties are added to its <c>env</c>, as structured cloning writes it; empty for none.</summary>
    public ReadOnlyMemory<byte> Environment { get; init; }

    /// <summary>The Worker that its own requests go to; null: they go out.</summary>
    public string? OutboundService { get; init; }

    /// <summary>What that Worker gets as its <see cref="Environment"/>.</summary>
    public ReadOnlyMemory<byte> OutboundEnvironment { get; init; }

    /// <summary>The terms as another process, or a later one, reads them.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream buffer = new();
        using BinaryWriter writer = new(buffer);
        writer.Write(Form);
        writer.Write(CpuTime?.Ticks ?? -1);
        writer.Write(Subrequests ?? -1);
        writer.Write(OutboundService ?? "");
        Write(writer, Environment);
        Write(writer, OutboundEnvironment);
        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null of no bytes.</summary>
    /// <exception cref="InvalidDataException">It is nothing of the kind.</exception>
    public static InvocationTerms? FromBytes(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        using BinaryReader reader = new(new MemoryStream(bytes.ToArray(), writable: false));
        try
        {
            if (reader.ReadByte() != Form) throw new InvalidDataException("The terms of an invocation are of a form that is not known here.");
            var (cpu, subrequests, service) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadString());
            return new InvocationTerms
            {
                CpuTime = cpu < 0 ? null : new TimeSpan(cpu),
                Subrequests = subrequests < 0 ? null : subrequests,
                OutboundService = service.Length == 0 ? null : service,
                Environment = ReadBytes(reader),
                OutboundEnvironment = ReadBytes(reader),
            };
        }
        catch (Exception malformed) when (malformed is IOException or FormatException)
        {
            throw new InvalidDataException("The terms of an invocation are cut short.", malformed);
        }
    }

    // Room is made for what is there, whatever length the bytes name.
    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position ? reader.ReadBytes(length) : throw new EndOfStreamException();
    }

    private static void Write(BinaryWriter writer, ReadOnlyMemory<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.Span);
    }
}
