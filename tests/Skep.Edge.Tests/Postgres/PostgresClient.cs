using System.Buffers.Binary;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;
using Skep.Edge.Postgres;

namespace Skep.Edge.Tests.Postgres;

/// <summary>What a Worker's driver does, step by step.</summary>
internal sealed class PostgresClient : IAsyncDisposable
{
    private readonly SocketConnection _connection;

    private PostgresClient(SocketConnection connection)
    {
        _connection = connection;
        Reader = new MessageReader(connection.Stream);
        Writer = new MessageWriter(connection.Stream);
    }

    public MessageReader Reader { get; }

    public MessageWriter Writer { get; }

    public int Process { get; private set; }

    public int Secret { get; private set; }

    /// <summary>Connects, and waits until the pool is ready for queries.</summary>
    public static async Task<PostgresClient> ConnectAsync(HyperdrivePools pools, HyperdriveOrigin origin, MeterCounter? queries = null)
    {
        var client = await OpenAsync(pools, origin, queries);
        client.Writer.Begin(0).Int32(MessageType.Protocol3).Text("user").Text("anybody").Byte(0).End();
        var replies = await client.RepliesAsync();
        Assert.DoesNotContain(replies, reply => reply.StartsWith("E:", StringComparison.Ordinal));
        return client;
    }

    /// <summary>Connects, and says nothing.</summary>
    public static async Task<PostgresClient> OpenAsync(HyperdrivePools pools, HyperdriveOrigin origin, MeterCounter? queries = null) =>
        new(await pools.ConnectAsync(new HyperdriveRoute(origin.Id, "database", origin), queries, TestContext.Current.CancellationToken));

    /// <summary>Sends a simple query; its replies as text.</summary>
    public Task<List<string>> QueryAsync(string sql)
    {
        Writer.Begin(MessageType.Query).Text(sql).End();
        return RepliesAsync();
    }

    /// <summary>The only value that a query yields.</summary>
    public async Task<string> ValueAsync(string sql)
    {
        var replies = await QueryAsync(sql);
        return Assert.Single(replies, reply => reply.StartsWith("D:", StringComparison.Ordinal))[2..];
    }

    public PostgresClient Parse(string name, string sql)
    {
        Writer.Begin(MessageType.Parse).Text(name).Text(sql).Byte(0).Byte(0).End();
        return this;
    }

    public PostgresClient Bind(string statement, params string[] values)
    {
        Writer.Begin(MessageType.Bind).Text("").Text(statement).Byte(0).Byte(0).Byte(0).Byte((byte)values.Length);
        foreach (var value in values) Writer.Int32(Encoding.UTF8.GetByteCount(value)).Bytes(Encoding.UTF8.GetBytes(value));
        Writer.Byte(0).Byte(0).End();
        return this;
    }

    public PostgresClient Execute()
    {
        Writer.Begin(MessageType.Execute).Text("").Int32(0).End();
        return this;
    }

    public PostgresClient CloseStatement(string name)
    {
        Writer.Begin(MessageType.Close).Byte((byte)'S').Text(name).End();
        return this;
    }

    public Task<List<string>> SyncAsync()
    {
        Writer.Begin(MessageType.Sync).End();
        return RepliesAsync();
    }

    /// <summary>Sends what was written, and reads to the next ReadyForQuery, or the end: types, with the value of rows and the code of errors.</summary>
    public async Task<List<string>> RepliesAsync(byte until = MessageType.ReadyForQuery)
    {
        await Writer.FlushAsync(TestContext.Current.CancellationToken);
        List<string> replies = [];
        while (await Reader.NextAsync(TestContext.Current.CancellationToken))
        {
            var contents = await Reader.PeekAsync(1 << 20, TestContext.Current.CancellationToken);
            replies.Add(Describe(contents.Span));
            if (Reader.Type == until) break;
        }

        return replies;
    }

    /// <summary>Goes without a word.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private string Describe(ReadOnlySpan<byte> contents)
    {
        switch (Reader.Type)
        {
            case MessageType.BackendKeyData:
                Process = BinaryPrimitives.ReadInt32BigEndian(contents);
                Secret = BinaryPrimitives.ReadInt32BigEndian(contents[4..]);
                return "K";
            case (byte)'D':
                return "D:" + Encoding.UTF8.GetString(contents[6..]);
            case MessageType.ErrorResponse:
                var error = ServerError.Read(contents);
                return $"E:{error.Code} {error.Message}";
            case MessageType.ReadyForQuery:
                return $"Z:{(char)contents[0]}";
            default:
                return $"{(char)Reader.Type}";
        }
    }
}
