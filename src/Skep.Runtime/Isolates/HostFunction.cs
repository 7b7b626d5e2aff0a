namespace Skep.Runtime.Isolates;

/// <summary>The functions of the web-API layer that C# calls (<c>js/worker/index.ts</c>), by number.</summary>
internal static class HostFunction
{
    public const int Setup = 0;
    public const int Instantiate = 1;
    public const int Fetch = 2;
    public const int Scheduled = 3;
    public const int FireTimer = 4;
    public const int AbortRequest = 5;
    public const int RequestEnded = 6;
    public const int CreateError = 7;
    public const int UnhandledRejection = 8;
    public const int BuiltinModule = 9;
    public const int RunCommonJs = 10;
    public const int DropTimer = 11;
    public const int WebSocketMessage = 12;
    public const int WebSocketClosed = 13;
    public const int WebSocketLost = 14;
    public const int WebSocketDeliver = 15;
    public const int RpcCall = 16;
    public const int RpcRelease = 17;
    public const int RpcEnded = 18;
    public const int RpcBroken = 19;
    public const int DescribeThrown = 20;
    public const int Workflow = 21;
    public const int Queue = 22;
    public const int Tail = 23;
    public const int ObjectCreate = 24;
    public const int ObjectFetch = 25;
    public const int ObjectAlarm = 26;
    public const int ObjectSocketMessage = 27;
    public const int ObjectSocketClosed = 28;
    public const int ObjectSocketFailed = 29;
    public const int ObjectSection = 30;
    public const int ObjectEnded = 31;
    public const int RpcForget = 32;

    public static readonly string[] Names =
    [
        "setup", "instantiate", "fetch", "scheduled", "fireTimer", "abortRequest", "requestEnded", "createError",
        "unhandledRejection", "builtinModule", "runCommonJs", "dropTimer",
        "webSocketMessage", "webSocketClosed", "webSocketLost", "webSocketDeliver",
        "rpcCall", "rpcRelease", "rpcEnded", "rpcBroken", "describeThrown", "workflow", "queue", "tail",
        "objectCreate", "objectFetch", "objectAlarm", "objectSocketMessage", "objectSocketClosed", "objectSocketFailed", "objectSection", "objectEnded",
        "rpcForget",
    ];
}
