namespace Skep.Supervision.Messages;

/// <summary>A part of a project's data.</summary>
internal enum StateService
{
    /// <summary>KV namespaces.</summary>
    Kv,

    /// <summary>D1 databases.</summary>
    D1,

    /// <summary>R2 buckets.</summary>
    R2,
}

/// <summary>A command introduces itself.</summary>
/// <param name="Protocol">What it speaks: <see cref="LinkRecords.Protocol"/> of its build.</param>
/// <param name="Service">What it asks for.</param>
internal sealed record StateQuestion(int Protocol, StateService Service);
