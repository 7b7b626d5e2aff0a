using Skep.Hosting;
using Skep.Storage.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Diagnosis;

/// <summary>Whether what Durable Objects have stored belongs to a Worker.</summary>
internal static class ObjectChecks
{
    public static IEnumerable<Finding> All(string folder)
    {
        var objects = Path.Combine(folder, DataFolder.ObjectsFolder);
        if (!Directory.Exists(objects)) return [];
        HashSet<string> known;
        try
        {
            known = [.. SqliteCatalog.ReadNamespaces(Path.Combine(folder, DataFolder.CatalogFile))];
        }
        catch (SqliteException)
        {
            // It was examined with the other databases.
            return [];
        }

        return Directory.EnumerateDirectories(objects)
            .Where(path => !known.Contains(Path.GetFileName(path)))
            .Order(StringComparer.Ordinal)
            .Select(path => Finding.Warn(
                $"{Path.GetRelativePath(folder, path)} has Durable Objects of a class that the catalog does not know",
                "The catalog is older than they are: restore the one that has the class. If nobody needs them, remove the folder. What was being deleted when a server ended goes at the next start."));
    }
}
