using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Skep.Abstractions.D1;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>Queries and their answers on the link, in a form that nobody has to parse: the queries and the JSON go as they are.</summary>
internal static class D1Messages
{
    private const int HeadLength = 20;

    // What is longer flows as a body, so that it is held up by its reader and holds up nobody else.
    private const int LongestInMessage = 64 << 10;

    /// <summary>The database, and what is asked of it.</summary>
    public static byte[] WriteQueries(string database, ReadOnlySpan<byte> queries)
    {
        var length = Encoding.UTF8.GetByteCount(database);
        var message = new byte[sizeof(int) + length + queries.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        Encoding.UTF8.GetBytes(database, message.AsSpan(sizeof(int)));
        queries.CopyTo(message.AsSpan(sizeof(int) + length));
        return message;
    }

    /// <inheritdoc cref="WriteQueries"/>
    public static (string Database, ReadOnlyMemory<byte> Queries) ReadQueries(ReadOnlyMemory<byte> message)
    {
        var length = message.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(message.Span);
        if (length < 0 || length > message.Length - sizeof(int)) throw new InvalidDataException("Queries came without their database.");
        return (Encoding.UTF8.GetString(message.Span.Slice(sizeof(int), length)), message[(sizeof(int) + length)..]);
    }

    /// <summary>What came of it; the answer is given back when it is sent.</summary>
    public static LinkMessage WriteAnswer(D1Answer answer)
    {
        var bookmark = answer.Bookmark is { } text ? Encoding.ASCII.GetBytes(text) : [];
        var isShort = answer.Json.Length <= LongestInMessage;
        var message = new byte[HeadLength + bookmark.Length + (isShort ? answer.Json.Length : 0)];
        BinaryPrimitives.WriteInt64LittleEndian(message, answer.RowsRead);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), answer.RowsWritten);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16), isShort ? bookmark.Length : ~answer.Json.Length);
        bookmark.CopyTo(message, HeadLength);
        if (!isShort) return new LinkMessage(message, new JsonBody(answer));
        using (answer) answer.Json.Span.CopyTo(message.AsSpan(HeadLength + bookmark.Length));
        return new LinkMessage(message);
    }

    /// <inheritdoc cref="WriteAnswer"/>
    public static async Task<D1Answer> ReadAnswerAsync(LinkMessage message, CancellationToken cancellation)
    {
        await using var body = message.Body;
        var head = message.Payload;
        var mark = BinaryPrimitives.ReadInt32LittleEndian(head.Span[16..]);
        var bookmarkLength = mark >= 0 ? mark : head.Length - HeadLength;
        var length = mark >= 0 ? head.Length - HeadLength - bookmarkLength : ~mark;
        var json = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (body is null)
            {
                head.Span[(HeadLength + bookmarkLength)..].CopyTo(json);
            }
            else
            {
                await body.ReadExactlyAsync(json.AsMemory(0, length), cancellation);

                // Read to its end, it is over for the sender as well.
                await body.CopyToAsync(Stream.Null, cancellation);
            }

            return new D1Answer(
                json,
                length,
                BinaryPrimitives.ReadInt64LittleEndian(head.Span),
                BinaryPrimitives.ReadInt64LittleEndian(head.Span[8..]),
                bookmarkLength == 0 ? null : Encoding.ASCII.GetString(head.Span.Slice(HeadLength, bookmarkLength)));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(json);
            throw;
        }
    }

    private sealed class JsonBody(D1Answer answer) : MemoryChainStream([answer.Json])
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing) answer.Dispose();
            base.Dispose(disposing);
        }
    }
}
