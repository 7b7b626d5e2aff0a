using Skep.Abstractions.Vectors;

namespace Skep.Supervision.Messages;

/// <summary>Asks an index; the request is the body.</summary>
/// <param name="Index">The index.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Length">Bytes of the request.</param>
internal sealed record VectorQuestion(string Index, VectorOperation Operation, int Length);
