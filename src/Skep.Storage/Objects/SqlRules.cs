using System.Collections.Frozen;

namespace Skep.Storage.Objects;

/// <summary>Which SQL Durable Objects may run (https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#supported-sqlite-features):
/// tables in one database, functions and pragmas that reach nothing else.</summary>
internal static class SqlRules
{
    public const string NoTransactions =
        "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead of the SQL BEGIN "
        + "TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll back on exceptions, and because it "
        + "interacts correctly with Durable Objects' automatic atomic write coalescing.";

    private static readonly FrozenSet<string> Functions = (
        "abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like likelihood likely load_extension lower "
        + "ltrim max_scalar min_scalar nullif octet_length printf quote random randomblob replace round rtrim sign soundex substr substring total_changes "
        + "trim typeof unhex unicode unlikely upper zeroblob date time datetime julianday unixepoch strftime timediff current_date current_time "
        + "current_timestamp avg count group_concat max min string_agg sum total row_number rank dense_rank percent_rank cume_dist ntile lag lead "
        + "first_value last_value nth_value acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log2 log10 mod pi pow power radians sin "
        + "sinh sqrt tan tanh trunc json jsonb json_array jsonb_array json_array_length json_extract jsonb_extract -> ->> json_insert jsonb_insert "
        + "json_object jsonb_object json_patch jsonb_patch json_remove jsonb_remove json_replace jsonb_replace json_set jsonb_set json_type json_valid "
        + "json_quote json_group_array jsonb_group_array json_group_object jsonb_group_object json_each json_tree match highlight bm25 snippet rtreecheck "
        + "sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column sqlite_rename_quotefix").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Modules = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "fts5", "fts5vocab", "rtree", "rtree_i32");

    private static readonly FrozenSet<string> Booleans = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "true", "false", "yes", "no", "on", "off", "1", "0");

    private static readonly FrozenDictionary<string, Func<string?, bool>> Pragmas = new Dictionary<string, Func<string?, bool>>
    {
        ["table_list"] = _ => true,
        ["table_info"] = IsNamed,
        ["table_xinfo"] = IsNamed,
        ["data_version"] = IsAbsent,
        ["page_size"] = IsAbsent,
        ["case_sensitive_like"] = IsBoolean,
        ["foreign_keys"] = IsBoolean,
        ["defer_foreign_keys"] = IsBoolean,
        ["ignore_check_constraints"] = IsBoolean,
        ["legacy_alter_table"] = IsBoolean,
        ["recursive_triggers"] = IsBoolean,
        ["reverse_unordered_selects"] = IsBoolean,
        ["foreign_key_check"] = argument => argument is null || IsAllowedName(argument),
        ["foreign_key_list"] = IsNamed,
        ["index_info"] = IsNamed,
        ["index_list"] = IsNamed,
        ["index_xinfo"] = IsNamed,
        ["quick_check"] = argument => argument is null || IsAllowedName(argument),
        ["optimize"] = argument => argument is null || int.TryParse(argument, out _),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that begin with <c>_cf_</c> are the platform's.</summary>
    public static bool IsAllowedName(string? name) => name is null || !name.StartsWith("_cf_", StringComparison.OrdinalIgnoreCase);

    public static bool IsAllowedFunction(string? name) => name is not null && Functions.Contains(name);

    public static bool IsAllowedModule(string? name) => name is not null && Modules.Contains(name);

    public static bool IsAllowedPragma(string? name, string? argument) => name is not null && Pragmas.TryGetValue(name, out var rule) && rule(argument);

    private static bool IsAbsent(string? argument) => argument is null;

    private static bool IsNamed(string? argument) => argument is not null && IsAllowedName(argument);

    private static bool IsBoolean(string? argument) => argument is null || Booleans.Contains(argument.Trim('\'', '"'));
}
