using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;

namespace Skep.Supervision.Peers;

/// <summary>What several frames have in them.</summary>
internal static class EventCodec
{
    public static PayloadWriter Address(this PayloadWriter to, ObjectAddress? address) => address is null
        ? to.Flag(false)
        : to.Flag(true).Text(address.NamespaceId).Text(address.Id).Text(address.Name);

    public static ObjectAddress? Address(this ref PayloadReader from) => from.Flag() ? new(from.Text(), from.Text(), from.OptionalText()) : null;

    public static PayloadWriter Props(this PayloadWriter to, CallerProps? props) => props is null
        ? to.Flag(false)
        : to.Flag(true).Text(props.Json).Bytes(props.Serialized.Span);

    public static CallerProps? Props(this ref PayloadReader from) => from.Flag() ? new(from.OptionalText(), from.Bytes()) : null;

    public static PayloadWriter Terms(this PayloadWriter to, InvocationTerms? terms) => to.Bytes(terms is null ? [] : terms.ToBytes());

    public static InvocationTerms? Terms(this ref PayloadReader from) => InvocationTerms.FromBytes(from.Bytes());

    public static PayloadWriter Span(this PayloadWriter to, ActivityContext span) => span == default
        ? to.Flag(false)
        : to.Flag(true).Text(span.TraceId.ToHexString()).Text(span.SpanId.ToHexString()).Byte((byte)span.TraceFlags).Text(span.TraceState);

    public static ActivityContext Span(this ref PayloadReader from)
    {
        if (!from.Flag()) return default;
        try
        {
            return new(ActivityTraceId.CreateFromString(from.Text()), ActivitySpanId.CreateFromString(from.Text()), (ActivityTraceFlags)from.Byte(), from.OptionalText(), isRemote: true);
        }
        catch (ArgumentOutOfRangeException malformed)
        {
            throw new InvalidDataException("A span is malformed.", malformed);
        }
    }

    public static PayloadWriter Error(this PayloadWriter to, WorkerError? error) => error is null
        ? to.Flag(false)
        : to.Flag(true).Number((int)error.Code).Text(error.Message).Text(error.Stack).Text(error.Details).Flag(error.IsRetryable).Flag(error.IsOverloaded).Flag(error.IsObjectReset);

    public static WorkerError? OptionalError(this ref PayloadReader from) => from.Flag()
        ? new((WorkerErrorCode)from.Number(), from.Text(), from.Text()) { Details = from.Text(), IsRetryable = from.Flag(), IsOverloaded = from.Flag(), IsObjectReset = from.Flag() }
        : null;

    public static WorkerError Error(this ref PayloadReader from) => from.OptionalError() ?? throw new InvalidDataException("An error is missing in a frame.");

    public static PayloadWriter Summary(this PayloadWriter to, in InvocationSummary summary) =>
        to.Byte((byte)summary.Outcome).Long(summary.Cpu.Ticks).Long(summary.Wall.Ticks).Number(summary.Subrequests).Error(summary.Error);

    public static InvocationSummary Summary(this ref PayloadReader from) =>
        new((InvocationOutcome)from.Byte(), new TimeSpan(from.Long()), new TimeSpan(from.Long()), from.Number(), from.OptionalError());
}
