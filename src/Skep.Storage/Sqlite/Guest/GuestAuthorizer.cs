using System.Runtime.InteropServices;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>Decides, while a statement is compiled, whether it may do what it asks for
/// (https://sqlite.org/c3ref/set_authorizer.html), and notes what is worth knowing of it.</summary>
internal sealed unsafe class GuestAuthorizer
{
    private const int Delete = 9;
    private const int Insert = 18;
    private const int PragmaAction = 19;
    private const int TransactionAction = 22;
    private const int Update = 23;
    private const int Attach = 24;
    private const int Detach = 25;
    private const int AlterTable = 26;
    private const int CreateVirtualTable = 29;
    private const int DropVirtualTable = 30;
    private const int FunctionAction = 31;
    private const int SavepointAction = 32;
    private const int Read = 20;
    private const int Select = 21;
    private const int Recursive = 33;
    private const int Analyze = 28;

    // Tables, indices, triggers and views that are made and dropped, and REINDEX: allowed for names that are not reserved.
    private static readonly HashSet<int> Names = [1, 2, 7, 8, Delete, 10, 11, 16, 17, Insert, Read, Update, 27];

    /// <summary>Statements of the platform itself pass.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>What to say instead of SQLite's "not authorized"; of the last statement.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Of the last statement.</summary>
    public GuestNotes Notes { get; private set; }

    /// <summary>A statement is about to be compiled.</summary>
    public void Begin()
    {
        Refusal = null;
        Notes = default;
    }

    [UnmanagedCallersOnly]
    public static int Authorize(nint state, int action, byte* first, byte* second, byte* schema, byte* trigger)
    {
        var self = (GuestAuthorizer)GCHandle.FromIntPtr(state).Target!;
        return self.IsTrusted || self.Allows(action, first, second, schema, trigger) ? SqliteNative.Ok : SqliteNative.Deny;
    }

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    private static bool IsReserved(byte* name) => name != null && name[0] == (byte)'_' && GuestRules.IsReserved(Text(name)!);

    private static bool Is(byte* text, ReadOnlySpan<byte> name) => text != null && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text).SequenceEqual(name);

    private bool Allows(int action, byte* first, byte* second, byte* schema, byte* trigger)
    {
        // Of ALTER TABLE and DETACH the first argument is the schema.
        if (action is AlterTable or Detach)
        {
            var swapped = first;
            first = second;
            second = schema;
            schema = swapped;
        }

        if (schema != null && !Is(schema, "main"u8)) return Is(schema, "temp"u8) && action is Read or Update && !IsReserved(first);
        if (Names.Contains(action))
        {
            if (action == Insert && trigger == null) Notes = Notes with { Inserts = Notes.Inserts ?? Text(first) };
            return !IsReserved(first) && (action is Read or Update || !IsReserved(second));
        }

        switch (action)
        {
            case Select or Recursive or Analyze:
                return true;
            case AlterTable:
                return !IsReserved(first);
            case FunctionAction:
                var function = Text(second)!;
                Notes = Notes with { AsksForChanges = Notes.AsksForChanges || GuestRules.OfChanges.Contains(function) };
                return GuestRules.Functions.Contains(function);
            case PragmaAction:
                var argument = Text(second);
                if (!GuestRules.Pragmas.TryGetValue(Text(first)!, out var kind) || !GuestRules.Suits(kind, argument)) return false;
                Notes = Notes with { SwitchesPragma = Notes.SwitchesPragma || (kind == PragmaArgument.Switch && argument is not null) };
                return true;
            case CreateVirtualTable or DropVirtualTable:
                return second != null && GuestRules.Modules.Contains(Text(second)!) && !IsReserved(first);
            case TransactionAction or SavepointAction:
                Refusal = GuestRules.NoTransactions;
                return false;
            case Attach or Detach:
            default:
                return false;
        }
    }
}

/// <summary>What is worth knowing of a statement.</summary>
/// <param name="SwitchesPragma">It switches something that would outlive it.</param>
/// <param name="AsksForChanges">It asks what was changed before, which each connection knows of itself only.</param>
/// <param name="Inserts">The table that it inserts into.</param>
internal readonly record struct GuestNotes(bool SwitchesPragma, bool AsksForChanges, string? Inserts);
