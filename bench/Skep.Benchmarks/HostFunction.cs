namespace Skep.Benchmarks;

/// <summary>The functions of host.js that are called from here; the names in camel case are what it calls them.</summary>
internal enum HostFunction
{
    Nothing,
    Add,
    OpNothing,
    OpAdd,
    GiveShort,
    GiveLong,
    GiveWide,
    GiveLongUtf8,
    TakeShort,
    TakeLong,
    GiveBytes,
    TakeBytes,
    Awaits,
    Settled,
}
