namespace Skep.Storage.Analytics.Sql;

/// <summary>The types of values, in ClickHouse's words.</summary>
internal enum SqlType
{
    String,
    Float64,
    UInt8,
    UInt32,
    UInt64,
    Int64,
    DateTime,
    Strings,
    Null,
}

/// <summary>What a type is called, and which are numbers.</summary>
internal static class SqlTypes
{
    public static string Name(this SqlType type) => type switch
    {
        SqlType.Strings => "Array(String)",
        SqlType.Null => "Nullable(Nothing)",
        _ => type.ToString(),
    };

    public static bool IsWhole(this SqlType type) => type is SqlType.UInt8 or SqlType.UInt32 or SqlType.UInt64 or SqlType.Int64;

    public static bool IsNumber(this SqlType type) => type is SqlType.Float64 or SqlType.Null || type.IsWhole();
}
