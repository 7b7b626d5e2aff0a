namespace Skep.Abstractions.Catalog;

/// <summary>One line of the audit log.</summary>
/// <param name="Time">When.</param>
/// <param name="Actor">Who: the name of the token.</param>
/// <param name="Action">What was done, e.g. <c>script.deploy</c>.</param>
/// <param name="Target">To what, e.g. the script's name.</param>
/// <param name="Detail">Which, e.g. the version's id. Never a secret.</param>
public sealed record AuditEntry(DateTimeOffset Time, string Actor, string Action, string Target, string Detail = "");
