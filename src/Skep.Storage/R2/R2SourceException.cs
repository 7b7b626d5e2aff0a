namespace Skep.Storage.R2;

/// <summary>Whoever sends content has failed: no failure of the disk.</summary>
internal sealed class R2SourceException(Exception cause) : Exception(cause.Message, cause);
