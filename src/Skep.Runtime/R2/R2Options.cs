using System.Collections.Frozen;
using System.Globalization;
using Skep.Abstractions.R2;

namespace Skep.Runtime.R2;

/// <summary>Reads the flat lists of names and values that JavaScript makes of options (<c>js/r2/options.ts</c>).</summary>
internal sealed class R2Options
{
    private static readonly FrozenDictionary<string, Action<R2Options, string>> Readers = new Dictionary<string, Action<R2Options, string>>
    {
        ["matches"] = static (options, value) => (options._matches ??= []).Add(new R2ETag(value)),
        ["matchesWeak"] = static (options, value) => (options._matches ??= []).Add(new R2ETag(value, IsWeak: true)),
        ["matchesAny"] = static (options, _) => (options._matches ??= []).Add(new R2ETag(null)),
        ["doesNotMatch"] = static (options, value) => (options._doesNotMatch ??= []).Add(new R2ETag(value)),
        ["doesNotMatchWeak"] = static (options, value) => (options._doesNotMatch ??= []).Add(new R2ETag(value, IsWeak: true)),
        ["doesNotMatchAny"] = static (options, _) => (options._doesNotMatch ??= []).Add(new R2ETag(null)),
        ["uploadedBefore"] = static (options, value) => options._uploadedBefore = Number(value),
        ["uploadedAfter"] = static (options, value) => options._uploadedAfter = Number(value),
        ["secondsGranularity"] = static (options, _) => options._secondsGranularity = true,
        ["range"] = static (options, value) => options.Range = R2Range.Parse(value, isLenient: true),
        ["offset"] = static (options, value) => options.Range = (options.Range ?? new R2Range()) with { Offset = Number(value) },
        ["length"] = static (options, value) => options.Range = (options.Range ?? new R2Range()) with { Length = Number(value) },
        ["suffix"] = static (options, value) => options.Range = (options.Range ?? new R2Range()) with { Suffix = Number(value) },
        ["contentType"] = static (options, value) => options._http = options._http with { ContentType = value },
        ["contentLanguage"] = static (options, value) => options._http = options._http with { ContentLanguage = value },
        ["contentDisposition"] = static (options, value) => options._http = options._http with { ContentDisposition = value },
        ["contentEncoding"] = static (options, value) => options._http = options._http with { ContentEncoding = value },
        ["cacheControl"] = static (options, value) => options._http = options._http with { CacheControl = value },
        ["cacheExpiry"] = static (options, value) => options._http = options._http with { CacheExpiry = Number(value) },
        ["md5"] = static (options, value) => options._expected = options._expected with { Md5 = value },
        ["sha1"] = static (options, value) => options._expected = options._expected with { Sha1 = value },
        ["sha256"] = static (options, value) => options._expected = options._expected with { Sha256 = value },
        ["sha384"] = static (options, value) => options._expected = options._expected with { Sha384 = value },
        ["sha512"] = static (options, value) => options._expected = options._expected with { Sha512 = value },
        ["storageClass"] = static (options, value) => options._storageClass = value,
        ["ssecKey"] = static (_, _) => throw R2Exception.NoCustomerKeys(),
        ["limit"] = static (options, value) => options.List = options.List with { Limit = (int)Number(value) },
        ["prefix"] = static (options, value) => options.List = options.List with { Prefix = value },
        ["cursor"] = static (options, value) => options.List = options.List with { Cursor = value },
        ["delimiter"] = static (options, value) => options.List = options.List with { Delimiter = value },
        ["startAfter"] = static (options, value) => options.List = options.List with { StartAfter = value },
        ["httpMetadata"] = static (options, _) => options.List = options.List with { WithHttp = true },
        ["customMetadata"] = static (options, _) => options.List = options.List with { WithCustom = true },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private List<R2ETag>? _matches;
    private List<R2ETag>? _doesNotMatch;
    private long? _uploadedBefore;
    private long? _uploadedAfter;
    private bool _secondsGranularity;
    private R2HttpMetadata _http = R2HttpMetadata.None;
    private R2Checksums _expected = R2Checksums.None;
    private string? _storageClass;

    /// <summary>Reads a list.</summary>
    /// <exception cref="R2Exception">It asks for something that there is not.</exception>
    public R2Options(string[] flat)
    {
        for (var i = 0; i + 1 < flat.Length; i += 2) Readers[flat[i]](this, flat[i + 1]);
    }

    /// <summary>The part of the object.</summary>
    public R2Range? Range { get; private set; }

    /// <summary>What to list.</summary>
    public R2ListQuery List { get; private set; } = new();

    /// <summary>What must be true of the object; null for nothing.</summary>
    public R2Condition? Condition => _matches is null && _doesNotMatch is null && _uploadedBefore is null && _uploadedAfter is null
        ? null
        : new R2Condition
        {
            Matches = _matches,
            DoesNotMatch = _doesNotMatch,
            UploadedBefore = _uploadedBefore,
            UploadedAfter = _uploadedAfter,
            SecondsGranularity = _secondsGranularity,
        };

    /// <summary>How to store an object.</summary>
    public R2Put Put(string key, string[] custom)
    {
        var metadata = R2Rules.NoMetadata;
        if (custom.Length > 0)
        {
            Dictionary<string, string> entries = new(custom.Length / 2, StringComparer.Ordinal);
            for (var i = 0; i + 1 < custom.Length; i += 2) entries[custom[i]] = custom[i + 1];
            metadata = entries;
        }

        return new R2Put { Key = key, Condition = Condition, Http = _http, Custom = metadata, Expected = _expected, StorageClass = _storageClass };
    }

    private static long Number(string value) => (long)double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
}
