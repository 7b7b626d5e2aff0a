using System.Text;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>A message, or with a status the close frame.</summary>
internal sealed record SocketMessage(int Status, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
}
