namespace Skep.Abstractions.Workers;

/// <summary>An R2 bucket (<c>r2_buckets</c>). JavaScript knows the binding only by its place among the version's bindings.</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="BucketName">The bucket; it never leaves the host.</param>
public sealed record R2BucketBinding(string Name, string BucketName) : Binding(Name);
