using System.Security.Cryptography;
using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>The statements that a client has prepared. The server knows them by names made of what they are, so that any of its
/// connections can have them, and clients that prepare the same share them.</summary>
internal sealed class PreparedStatements
{
    /// <summary>What a statement may have, so that it can be prepared again elsewhere.</summary>
    public const int MostBytes = 4 << 20;

    private const int Most = 2_000;
    private const long MostTogether = 16L << 20;

    private readonly Dictionary<string, Statement> _named = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The one without a name.</summary>
    public Statement? Unnamed { get; set; }

    public Statement? Find(string name) => name.Length == 0 ? Unnamed : _named.GetValueOrDefault(name);

    /// <summary>The client prepares a statement.</summary>
    /// <param name="name">The client's name for it.</param>
    /// <param name="contents">The text with its zero, and the types of its parameters.</param>
    /// <returns>Null when the client has prepared more than it may.</returns>
    public Statement? Add(string name, ReadOnlySpan<byte> contents)
    {
        Statement statement = new("skep_" + Convert.ToHexStringLower(SHA256.HashData(contents).AsSpan(0, 16)), contents.ToArray(), SessionChanges.AreMadeBy(contents));
        if (name.Length == 0) return Unnamed = statement;
        Remove(name);
        if (_named.Count >= Most || _bytes + contents.Length > MostTogether) return null;
        _named[name] = statement;
        _bytes += contents.Length;
        return statement;
    }

    public void Remove(string name)
    {
        if (_named.Remove(name, out var removed)) _bytes -= removed.Contents.Length;
    }

    /// <summary>A prepared statement.</summary>
    /// <param name="ServerName">What the server calls it.</param>
    /// <param name="Contents">What a Parse has behind the name.</param>
    /// <param name="ChangesSession">Running it may leave something in the session.</param>
    internal sealed record Statement(string ServerName, byte[] Contents, bool ChangesSession)
    {
        public void WriteParse(MessageWriter to, bool named) => to.Begin(MessageType.Parse).Bytes(named ? Encoding.ASCII.GetBytes(ServerName) : []).Byte(0).Bytes(Contents).End();
    }
}
