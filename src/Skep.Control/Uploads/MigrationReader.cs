using System.Text.Json.Nodes;
using Skep.Abstractions.Objects;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>A step of <c>migrations</c> as clients send it.</summary>
internal static class MigrationReader
{
    public static MigrationStep Read(JsonObject step) => new()
    {
        NewClasses = [.. step.OptionalArray("new_classes").Strings("new_classes")],
        NewSqliteClasses = [.. step.OptionalArray("new_sqlite_classes").Strings("new_sqlite_classes")],
        Renamed = [.. step.OptionalArray("renamed_classes").Objects("renamed_classes").Select(each => new RenamedClass(each.RequiredString("from"), each.RequiredString("to")))],
        Deleted = [.. step.OptionalArray("deleted_classes").Strings("deleted_classes")],
        Transferred =
        [
            .. step.OptionalArray("transferred_classes").Objects("transferred_classes")
                .Select(each => new TransferredClass(each.RequiredString("from"), each.RequiredString("from_script"), each.RequiredString("to"))),
        ],
    };
}
