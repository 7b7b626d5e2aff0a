using Skep.Abstractions.D1;

namespace Skep.Supervision.Messages;

/// <summary>Runs a file of SQL, which follows in the body.</summary>
internal sealed record D1Importing(string Database);

/// <summary>Writes a database as SQL.</summary>
internal sealed record D1Exporting(string Database, D1ExportOptions Options);
