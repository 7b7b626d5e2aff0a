using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>Which paths lead to which HTML files
/// (https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/). A file may be reached in several ways; it is
/// served at one of them, and the others redirect there, unless something else is served where they would lead.</summary>
/// <param name="handling">Which way.</param>
/// <param name="find">The file of exactly that path, or null.</param>
internal sealed class HtmlPaths(HtmlHandling handling, Func<string, AssetEntry?> find)
{
    private const string Html = ".html";
    private const string Index = "/index";
    private const string IndexHtml = "/index.html";

    /// <summary>What the decoded path leads to; null for nothing.</summary>
    public AssetMatch? Resolve(string path) => handling switch
    {
        HtmlHandling.AutoTrailingSlash => Auto(path, redirect: true),
        HtmlHandling.ForceTrailingSlash => Force(path, redirect: true),
        HtmlHandling.DropTrailingSlash => Drop(path, redirect: true),
        _ => At(path),
    };

    /// <summary>Every path that might lead to the file with this path.</summary>
    public static IEnumerable<string> Candidates(string file)
    {
        yield return file;
        if (!file.EndsWith(Html, StringComparison.Ordinal)) yield break;
        string page = Without(file, Html);
        yield return page;
        yield return page + "/";
        yield return page + Index;
        yield return page + IndexHtml;
        if (!file.EndsWith(IndexHtml, StringComparison.Ordinal)) yield break;
        string folder = Without(file, IndexHtml);
        yield return folder + "/";
        if (folder.Length == 0) yield break;
        yield return folder;
        yield return folder + Html;
    }

    private AssetMatch? Auto(string path, bool redirect)
    {
        AssetMatch? exact = At(path);
        if (path.EndsWith(Index, StringComparison.Ordinal))
        {
            if (exact is not null) return exact;
            string folder = Without(path, Index);
            if ((To(path + Html, folder + "/", redirect) ?? To(folder + Html, folder, redirect)) is { } found) return found;
        }
        else if (path.EndsWith(IndexHtml, StringComparison.Ordinal))
        {
            string folder = Without(path, IndexHtml);
            if ((To(path, folder + "/", redirect) ?? To(folder + Html, folder, redirect)) is { } found) return found;
        }
        else if (path.EndsWith('/'))
        {
            if ((At(path + "index.html") ?? To(Without(path, "/") + Html, Without(path, "/"), redirect)) is { } found) return found;
        }
        else if (path.EndsWith(Html, StringComparison.Ordinal))
        {
            string page = Without(path, Html);
            if ((To(path, page, redirect) ?? To(page + IndexHtml, page + "/", redirect)) is { } found) return found;
        }

        return exact ?? At(path + Html) ?? To(path + IndexHtml, path + "/", redirect);
    }

    private AssetMatch? Force(string path, bool redirect)
    {
        AssetMatch? exact = At(path);
        if (path.EndsWith(Index, StringComparison.Ordinal))
        {
            if (exact is not null) return exact;
            string folder = Without(path, Index);
            if ((To(path + Html, folder + "/", redirect) ?? To(folder + Html, folder + "/", redirect)) is { } found) return found;
        }
        else if (path.EndsWith(IndexHtml, StringComparison.Ordinal))
        {
            string folder = Without(path, IndexHtml);
            if ((To(path, folder + "/", redirect) ?? To(folder + Html, folder + "/", redirect)) is { } found) return found;
        }
        else if (path.EndsWith('/'))
        {
            if ((At(path + "index.html") ?? At(Without(path, "/") + Html)) is { } found) return found;
        }
        else if (path.EndsWith(Html, StringComparison.Ordinal))
        {
            string page = Without(path, Html);
            // With both page.html and page/index.html, the former is at its own name only.
            if ((To(path, page + "/", redirect) ?? exact ?? To(page + IndexHtml, page + "/", redirect)) is { } found) return found;
        }

        return exact ?? To(path + Html, path + "/", redirect) ?? To(path + IndexHtml, path + "/", redirect);
    }

    private AssetMatch? Drop(string path, bool redirect)
    {
        AssetMatch? exact = At(path);
        if (path.EndsWith(Index, StringComparison.Ordinal))
        {
            if (exact is not null) return exact;
            string folder = Without(path, Index);
            AssetMatch? found = folder.Length == 0 ? To(IndexHtml, "/", redirect) : To(folder + Html, folder, redirect) ?? To(path + Html, folder, redirect);
            if (found is not null) return found;
        }
        else if (path.EndsWith(IndexHtml, StringComparison.Ordinal))
        {
            string folder = Without(path, IndexHtml);
            AssetMatch? found = folder.Length == 0 ? To(IndexHtml, "/", redirect) : To(path, folder, redirect) ?? exact ?? To(folder + Html, folder, redirect);
            if (found is not null) return found;
        }
        else if (path.EndsWith('/'))
        {
            string page = Without(path, "/");
            AssetMatch? found = page.Length == 0 ? At(IndexHtml) : To(page + Html, page, redirect) ?? To(page + IndexHtml, page, redirect);
            if (found is not null) return found;
        }
        else if (path.EndsWith(Html, StringComparison.Ordinal))
        {
            string page = Without(path, Html);
            if ((To(path, page, redirect) ?? To(page + IndexHtml, page, redirect)) is { } found) return found;
        }

        return exact ?? At(path + Html) ?? At(path + IndexHtml);
    }

    private AssetMatch? At(string path) => find(path) is { } entry ? new AssetMatch(entry) : null;

    // A redirect is safe when nothing lies exactly there, and what is served there is the file that was meant.
    private AssetMatch? To(string file, string destination, bool redirect)
    {
        if (!redirect || find(file) is not { } entry || find(destination) is not null) return null;
        AssetMatch? served = handling switch
        {
            HtmlHandling.AutoTrailingSlash => Auto(destination, redirect: false),
            HtmlHandling.ForceTrailingSlash => Force(destination, redirect: false),
            _ => Drop(destination, redirect: false),
        };
        return served is { } match && match.Entry.Content == entry.Content ? new AssetMatch(entry, destination) : null;
    }

    private static string Without(string path, string end) => path[..^end.Length];
}
