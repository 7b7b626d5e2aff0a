using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>Passes on what a client says of its prepared statements. Each of the pool's connections prepares them when it first needs
/// them, by names that all clients share.</summary>
internal sealed class StatementRelay(MessageReader reader)
{
    private const int LongestName = 8 << 10;
    private const byte Statement = (byte)'S';

    // The server has no such statement, ever: closing it costs nothing and answers with a completion.
    private const string Nothing = "skep_nothing";

    private readonly PreparedStatements _statements = new();
    private bool _knowsUnnamed;

    /// <summary>The server has another unnamed statement, or none.</summary>
    public void ForgetUnnamed() => _knowsUnnamed = false;

    /// <summary>Passes a statement on, unless the server has it already.</summary>
    public async ValueTask ParseAsync(ServerConnection server, PendingReplies replies)
    {
        if (reader.Length > PreparedStatements.MostBytes) throw new RefusedException(ServerError.LimitExceeded, $"A statement of {reader.Length} bytes is too long; {PreparedStatements.MostBytes} are allowed.");
        var contents = await reader.PeekAsync(reader.Length).ConfigureAwait(false);
        var (name, behind) = Name(contents.Span);
        var statement = _statements.Add(name, contents.Span[behind..])
            ?? throw new RefusedException(ServerError.LimitExceeded, "The connection has prepared too many statements. Close those that are not needed.");
        reader.Take(contents.Length);
        if (statement.ChangesSession) server.IsChanged = true;
        if (name.Length == 0)
        {
            _knowsUnnamed = true;
            replies.Parse(PendingReplies.Treatment.Pass, () => _knowsUnnamed = false);
            statement.WriteParse(server.Writer, named: false);
        }
        else if (server.Knows(statement.ServerName))
        {
            replies.Close(PendingReplies.Treatment.PassAsParse);
            WriteClose(server.Writer, Nothing);
        }
        else
        {
            Prepare(server, replies, statement, PendingReplies.Treatment.Pass);
        }
    }

    /// <summary>Passes a portal on, to the statement by the server's name.</summary>
    public async ValueTask BindAsync(ServerConnection server, PendingReplies replies)
    {
        var head = await reader.PeekAsync(LongestName).ConfigureAwait(false);
        var (portal, behindPortal) = Name(head.Span);
        var (name, length) = Name(head.Span[behindPortal..]);
        reader.Take(behindPortal + length);
        var known = Known(server, replies, name);
        var portalBytes = Encoding.UTF8.GetBytes(portal);
        var nameBytes = Encoding.UTF8.GetBytes(known);
        server.Writer.Head(MessageType.Bind, reader.Length - behindPortal - length + portalBytes.Length + nameBytes.Length + 2);
        server.Writer.Bytes(portalBytes).Byte(0).Bytes(nameBytes).Byte(0);
        await reader.CopyAsync(server.Writer).ConfigureAwait(false);
    }

    /// <summary>Passes on that a statement or a portal is to be described or closed.</summary>
    public async ValueTask NamedAsync(ServerConnection server, PendingReplies replies)
    {
        var type = reader.Type;
        if (reader.Length == 0) throw new RefusedException(ServerError.ProtocolViolation, $"A message of type '{(char)type}' names nothing.");
        var contents = await reader.PeekAsync(LongestName).ConfigureAwait(false);
        var (kind, name) = (contents.Span[0], Name(contents.Span[1..]).Name);
        reader.Take(contents.Length);
        if (kind == Statement && type == MessageType.Close)
        {
            // The server keeps it, for others.
            if (name.Length > 0) _statements.Remove(name);
            replies.Close(PendingReplies.Treatment.Pass);
            WriteClose(server.Writer, name.Length == 0 ? "" : Nothing);
            if (name.Length == 0) (_statements.Unnamed, _knowsUnnamed) = (null, false);
            return;
        }

        if (type == MessageType.Close) replies.Close(PendingReplies.Treatment.Pass);
        server.Writer.Begin(type).Byte(kind).Text(kind == Statement ? Known(server, replies, name) : name).End();
    }

    // The server's name for the client's statement, which it has from here on. What the client has not prepared, the server refuses.
    private string Known(ServerConnection server, PendingReplies replies, string name)
    {
        if (_statements.Find(name) is not { } statement) return name;
        if (statement.ChangesSession) server.IsChanged = true;
        if (name.Length > 0)
        {
            if (!server.Knows(statement.ServerName)) Prepare(server, replies, statement, PendingReplies.Treatment.Drop);
            return statement.ServerName;
        }

        if (_knowsUnnamed) return name;
        _knowsUnnamed = true;
        replies.Parse(PendingReplies.Treatment.Drop, () => _knowsUnnamed = false);
        statement.WriteParse(server.Writer, named: false);
        return name;
    }

    // Closed before, should one of those that are under way have prepared it.
    private static void Prepare(ServerConnection server, PendingReplies replies, PreparedStatements.Statement statement, PendingReplies.Treatment treatment)
    {
        // From here on it counts as known: what follows is answered after it.
        var forgotten = server.Learn(statement.ServerName);
        replies.Close(PendingReplies.Treatment.Drop);
        WriteClose(server.Writer, statement.ServerName);
        replies.Parse(treatment, () => server.Forget(statement.ServerName));
        statement.WriteParse(server.Writer, named: true);
        if (forgotten is null) return;
        replies.Close(PendingReplies.Treatment.Drop);
        WriteClose(server.Writer, forgotten);
    }

    private static void WriteClose(MessageWriter to, string statement) => to.Begin(MessageType.Close).Byte(Statement).Text(statement).End();

    private static (string Name, int Behind) Name(ReadOnlySpan<byte> contents)
    {
        var end = contents.IndexOf((byte)0);
        if (end < 0) throw new RefusedException(ServerError.ProtocolViolation, $"A name is not ended, or longer than {LongestName} bytes.");
        return (Encoding.UTF8.GetString(contents[..end]), end + 1);
    }
}
