namespace Skep.Abstractions.Objects;

/// <summary>Knows when objects want to be woken (https://developers.cloudflare.com/durable-objects/api/alarms/). An object's own storage
/// says what its alarm is; this index lets a clock find the next one without opening every object, and must never miss one.</summary>
public interface IObjectAlarms
{
    /// <summary>Notes when the object's alarm is due; null: it has none. Called before a changed alarm becomes durable in the object's storage
    /// when it is set or moved earlier, after it when it is deleted or moved later, so that a crash between both leaves a call too many, never too few.</summary>
    ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due);

    /// <summary>The objects of a namespace are gone for good: none of them wants to be woken.</summary>
    ValueTask ForgetAsync(string namespaceId) => throw new NotSupportedException("Namespaces are removed where the index is.");
}
