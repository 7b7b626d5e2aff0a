namespace Skep.Runtime.WebSockets;

/// <summary>What a frame carries: https://www.rfc-editor.org/rfc/rfc6455#section-11.8.</summary>
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
