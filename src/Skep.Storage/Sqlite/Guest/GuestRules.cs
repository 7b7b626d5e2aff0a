using System.Collections.Frozen;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>What SQL that users wrote may do: the functions and pragmas that Cloudflare allows
/// (https://developers.cloudflare.com/d1/sql-api/sql-statements/), and its limits.</summary>
internal static class GuestRules
{
    /// <summary>Names that begin so are the platform's.</summary>
    public const string ReservedPrefix = "_cf_";

    /// <summary>Refuses BEGIN and SAVEPOINT: Cloudflare's words, which libraries look for.</summary>
    public const string NoTransactions =
        "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. "
        + "The JavaScript API is safer because it will automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.";

    /// <summary>SQLite's limits, by its numbers (https://developers.cloudflare.com/d1/platform/limits/).</summary>
    public static readonly (int Limit, int Value)[] Limits =
    [
        (SqliteNative.LimitLength, 2_000_000),
        (SqliteNative.LimitSqlLength, 100_000),
        (SqliteNative.LimitColumn, 100),
        (SqliteNative.LimitExpressionDepth, 100),
        (SqliteNative.LimitCompoundSelect, 5),
        (SqliteNative.LimitProgram, 25_000),
        (SqliteNative.LimitFunctionArguments, 127),
        (SqliteNative.LimitAttached, 0),
        (SqliteNative.LimitLikePattern, 50),
        (SqliteNative.LimitVariables, 100),
        (SqliteNative.LimitTriggerDepth, 10),
        (SqliteNative.LimitWorkerThreads, 0),
    ];

    /// <summary>The functions that may be called.</summary>
    public static readonly FrozenSet<string> Functions = Words(
        """
        abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like likelihood likely lower ltrim
        nullif octet_length printf quote random randomblob replace round rtrim sign soundex substr substring total_changes trim typeof unhex
        unicode unlikely upper zeroblob
        date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
        avg count group_concat max min string_agg sum total
        row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
        acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power radians sin sinh sqrt
        tan tanh trunc
        json jsonb json_array jsonb_array json_array_length json_extract jsonb_extract -> ->> json_insert jsonb_insert json_object jsonb_object
        json_patch jsonb_patch json_pretty json_remove jsonb_remove json_replace jsonb_replace json_set jsonb_set json_type json_valid json_quote
        json_error_position json_group_array jsonb_group_array json_group_object jsonb_group_object json_each json_tree
        match highlight bm25 snippet rtreecheck
        sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column sqlite_rename_quotefix
        """);

    /// <summary>Functions whose results depend on what the connection did before.</summary>
    public static readonly FrozenSet<string> OfChanges = Words("changes last_insert_rowid total_changes");

    /// <summary>The kinds of virtual tables that there may be.</summary>
    public static readonly FrozenSet<string> Modules = Words("fts5 fts5vocab rtree rtree_i32");

    /// <summary>The pragmas that may be used, and what may be said to them.</summary>
    public static readonly FrozenDictionary<string, PragmaArgument> Pragmas = new Dictionary<string, PragmaArgument>
    {
        ["data_version"] = PragmaArgument.None,
        ["page_size"] = PragmaArgument.None,
        ["table_list"] = PragmaArgument.Any,
        ["table_info"] = PragmaArgument.Name,
        ["table_xinfo"] = PragmaArgument.Name,
        ["case_sensitive_like"] = PragmaArgument.Switch,
        ["foreign_keys"] = PragmaArgument.Switch,
        ["defer_foreign_keys"] = PragmaArgument.Switch,
        ["ignore_check_constraints"] = PragmaArgument.Switch,
        ["legacy_alter_table"] = PragmaArgument.Switch,
        ["recursive_triggers"] = PragmaArgument.Switch,
        ["reverse_unordered_selects"] = PragmaArgument.Switch,
        ["foreign_key_check"] = PragmaArgument.OptionalName,
        ["foreign_key_list"] = PragmaArgument.Name,
        ["index_info"] = PragmaArgument.Name,
        ["index_list"] = PragmaArgument.Name,
        ["index_xinfo"] = PragmaArgument.Name,
        ["quick_check"] = PragmaArgument.OptionalName,
        ["optimize"] = PragmaArgument.OptionalNumber,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a pragma that a user switched is set back to, so that the next user of the connection does not meet it.</summary>
    public const string Reset =
        """
        PRAGMA case_sensitive_like = OFF; PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF; PRAGMA legacy_alter_table = OFF;
        PRAGMA recursive_triggers = OFF; PRAGMA reverse_unordered_selects = OFF;
        """;

    private static readonly FrozenSet<string> Switches = Words("true false yes no on off 1 0");

    /// <summary>Whether the argument suits the pragma.</summary>
    public static bool Suits(PragmaArgument kind, string? argument) => kind switch
    {
        PragmaArgument.None => argument is null,
        PragmaArgument.Switch => argument is null || Switches.Contains(argument.Trim('\'', '"')),
        PragmaArgument.Name => argument is not null && !IsReserved(argument),
        PragmaArgument.OptionalName => argument is null || !IsReserved(argument),
        PragmaArgument.OptionalNumber => argument is null || int.TryParse(argument, out _),
        _ => true,
    };

    /// <summary>Whether a table or index of that name is the platform's.</summary>
    public static bool IsReserved(string name) => name.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase);

    private static FrozenSet<string> Words(string text) =>
        text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What may be said to a pragma.</summary>
internal enum PragmaArgument
{
    None,
    Switch,
    Name,
    OptionalName,
    OptionalNumber,
    Any,
}
