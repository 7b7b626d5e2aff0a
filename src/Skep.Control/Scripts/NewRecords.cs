using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;

namespace Skep.Control.Scripts;

/// <summary>Records as they begin.</summary>
internal static class NewRecords
{
    /// <summary>A script that is uploaded for the first time.</summary>
    public static Script Script(string name, DateTimeOffset now) => new()
    {
        Name = name,
        Tag = Guid.NewGuid().ToString("N"),
        CreatedOn = now,
        ModifiedOn = now,
    };

    /// <summary>A deployment that gives all requests to one version.</summary>
    public static Deployment DeploymentOf(ScriptVersion version, ApiRequest request, DateTimeOffset now) =>
        Deployment(version.Script, [new VersionShare(version.Id, 100)], version.Annotations, request, now);

    /// <summary>A deployment.</summary>
    public static Deployment Deployment(
        string script, ImmutableArray<VersionShare> versions, ImmutableDictionary<string, string> annotations, ApiRequest request, DateTimeOffset now) => new()
        {
            Id = Guid.NewGuid().ToString(),
            Script = script,
            CreatedOn = now,
            Source = request.Source,
            Author = request.Token.Name,
            Versions = versions,
            Annotations = annotations,
        };
}
