using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Workers;

/// <summary>All of an <c>env</c> that a running worker gave: its properties, in one object.</summary>
/// <param name="Bytes">The object, as structured cloning writes it.</param>
/// <param name="Import">Gives an isolate what the object refers to; returns its numbers there (<c>js/rpc/attachments.ts</c>).</param>
internal sealed record EnvironmentBinding(ReadOnlyMemory<byte> Bytes, Func<WorkerIsolate, byte[]> Import) : Binding("env");
