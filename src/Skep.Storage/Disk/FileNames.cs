using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Skep.Storage.Disk;

/// <summary>File names of what users named: ids are anything that stands in a configuration.</summary>
internal static partial class FileNames
{
    /// <summary>The id where it is a plain name, else its digest.</summary>
    public static string Of(string id) =>
        PlainName().IsMatch(id) ? id : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$", RegexOptions.None, 1000)]
    private static partial Regex PlainName();
}
