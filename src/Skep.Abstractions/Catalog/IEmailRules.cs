using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>The rules by which email is routed, stored.</summary>
public interface IEmailRules
{
    /// <summary>A zone's rules, oldest first, its catch-all among them when it was set.</summary>
    ValueTask<ImmutableArray<EmailRule>> ListRulesAsync(string zone);

    /// <summary>Stores a new rule, or another state of one; false when another rule of the zone is for the same address.</summary>
    ValueTask<bool> PutRuleAsync(EmailRule rule, AuditEntry audit);

    /// <summary>Forgets a rule; false when the zone has none of that id.</summary>
    ValueTask<bool> RemoveRuleAsync(string zone, string id, AuditEntry audit);

    /// <summary>The enabled rule for an address: one for it alone, or its domain's catch-all; null when there is none.</summary>
    ValueTask<EmailRule?> FindRuleForAsync(string address);
}

/// <summary>What happens to email for an address.</summary>
public sealed record EmailRule
{
    /// <summary>Stands for all addresses of the zone's domain that have no rule of their own.</summary>
    public const string CatchAll = "*";

    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The zone's id.</summary>
    public required string Zone { get; init; }

    /// <summary>The address, in lower case, or <see cref="CatchAll"/>.</summary>
    public required string Address { get; init; }

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it counts.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Shown, and without effect: an address has one rule.</summary>
    public int Priority { get; init; }

    /// <summary>What is done.</summary>
    public required EmailRuleAction Action { get; init; }

    /// <summary>The address to forward to, or the script that handles it; empty when it is dropped.</summary>
    public string Target { get; init; } = "";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }
}

/// <summary>What is done with a message.</summary>
public enum EmailRuleAction
{
    /// <summary>It is taken and forgotten.</summary>
    Drop,

    /// <summary>Another address gets it.</summary>
    Forward,

    /// <summary>A Worker's <c>email</c> handler gets it.</summary>
    Worker,
}
