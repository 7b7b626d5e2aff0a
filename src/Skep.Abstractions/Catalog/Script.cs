using System.Collections.Immutable;
using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Catalog;

/// <summary>The named thing that users upload to. What it runs are its versions; which of them serve is its newest deployment.
/// The settings here are not versioned: a rollback leaves them alone
/// (https://developers.cloudflare.com/workers/configuration/versions-and-deployments/).</summary>
public sealed record Script
{
    /// <summary>Lower-case letters, digits, hyphens and underscores; unique.</summary>
    public required string Name { get; init; }

    /// <summary>Identifies the script for as long as it exists: 32 hexadecimal digits.</summary>
    public required string Tag { get; init; }

    /// <summary>When it was first uploaded.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>When anything about it last changed.</summary>
    public required DateTimeOffset ModifiedOn { get; init; }

    /// <summary>Labels, such as <c>cf:environment=staging</c>.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>True when it answers at <c>&lt;name&gt;.&lt;base&gt;</c>.</summary>
    public bool Subdomain { get; init; }

    /// <summary>True when each of its versions answers at a host of its own.</summary>
    public bool Previews { get; init; }

    /// <summary>Host and path patterns that lead to it, e.g. <c>example.com/api/*</c>.</summary>
    public ImmutableArray<string> Routes { get; init; } = [];

    /// <summary>Hosts that lead to it, whatever the path.</summary>
    public ImmutableArray<string> CustomDomains { get; init; } = [];

    /// <summary>The cron expressions that trigger it.</summary>
    public ImmutableArray<CronSchedule> Schedules { get; init; } = [];

    /// <summary>Its classes whose instances are Durable Objects, as its migrations left them.</summary>
    public ImmutableArray<ObjectClass> ObjectClasses { get; init; } = [];

    /// <summary>The tag of the last migration that was carried out, or null.</summary>
    public string? MigrationTag { get; init; }

    /// <summary>Settings that are kept for whoever asks (observability, logpush, tail consumers), as a JSON object.</summary>
    public string Settings { get; init; } = "{}";
}

/// <summary>A cron trigger.</summary>
/// <param name="Cron">The expression, as it was written.</param>
/// <param name="CreatedOn">Since when it is there: no time before this is ever due.</param>
/// <param name="ModifiedOn">When it was last set.</param>
public sealed record CronSchedule(string Cron, DateTimeOffset CreatedOn, DateTimeOffset ModifiedOn);
