using Skep.Abstractions.Tracing;
using Skep.SourceMaps;

namespace Skep.Output;

/// <summary>Hands traces on with the stacks of exceptions in terms of the author's files.</summary>
internal sealed class MappedTraces(ITraceSink next, SourceMapRegistry sources) : ITraceSink
{
    public TraceDemand DemandFor(string script) => next.DemandFor(script);

    public void Publish(InvocationTrace trace)
    {
        if (trace.Exceptions.Length > 0 && sources.Find(trace.VersionId) is { } mapper)
            trace = trace with { Exceptions = [.. trace.Exceptions.Select(each => each.Stack is { } stack ? each with { Stack = mapper.Map(stack).Text } : each)] };
        next.Publish(trace);
    }
}
