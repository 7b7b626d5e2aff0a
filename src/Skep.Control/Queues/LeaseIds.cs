using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Skep.Abstractions.Queues;

namespace Skep.Control.Queues;

/// <summary>What a client that pulled a message acknowledges it by: its place and its attempt.</summary>
internal static class LeaseIds
{
    private const int Bytes = 12;

    public static string Write(QueueMessage message)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, message.Sequence);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], message.Attempts);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryRead(string lease, out long sequence, out int attempts)
    {
        (sequence, attempts) = (0, 0);
        Span<byte> bytes = stackalloc byte[Bytes];
        if (Base64Url.DecodeFromChars(lease, bytes, out _, out var written) != OperationStatus.Done || written != Bytes) return false;
        sequence = BinaryPrimitives.ReadInt64BigEndian(bytes);
        attempts = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        return true;
    }
}
