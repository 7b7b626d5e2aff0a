using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>The <c>Location</c> of a redirect that a rule asks for. The query of the request goes along when the target has none.</summary>
internal static class RedirectLocation
{
    public static string Of(string target, in AssetRequest request)
    {
        string origin = "";
        int path = 0;
        if (target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            path = End(target, scheme + 3);
            origin = target[..path].ToLowerInvariant();
        }
        else if (target.StartsWith("//", StringComparison.Ordinal))
        {
            path = End(target, 2);
            origin = string.Concat(request.Scheme, ":", target.AsSpan(0, path));
        }

        int fragment = target.IndexOf('#', path);
        int query = target.AsSpan(path, (fragment < 0 ? target.Length : fragment) - path).IndexOf('?');
        int pathEnd = query >= 0 ? path + query : fragment < 0 ? target.Length : fragment;
        string normal = UrlPath.Normalize(target[path..pathEnd]);
        ReadOnlySpan<char> search = query < 0 ? request.Query : target.AsSpan(pathEnd, (fragment < 0 ? target.Length : fragment) - pathEnd);
        ReadOnlySpan<char> hash = fragment < 0 ? default : target.AsSpan(fragment);
        bool same = origin.Length == 0 || origin.AsSpan().SequenceEqual(string.Concat(request.Scheme, "://", request.Authority));
        return string.Concat(same ? normal : origin + normal, search, hash);
    }

    private static int End(string target, int from) =>
        target.AsSpan(from).IndexOfAny('/', '?', '#') is >= 0 and var end ? from + end : target.Length;
}
